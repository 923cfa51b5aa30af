import type { KeyObject } from 'node:crypto';
import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import type { ApiKey } from './api-key.ts';
import type { Session } from './session.ts';
import type { ActiveUser, DeletedUser, NameClaim, User } from './user.ts';

/** Every read is consistent, every write one conditional write that recognises itself when it is repeated. */
export interface UserRepository {
  find(asin: string): Promise<User | undefined>;
  create(user: ActiveUser): Promise<void>;
  /** Removes an active user that never got its name. */
  discard(asin: string): Promise<void>;
  /**
   * Replaces the user that was read by its tombstone, event inside; `changed` when it is another by now. Acts on
   * their way into the audit log stay in the item.
   */
  bury(user: ActiveUser, tombstone: DeletedUser, event: CairnEvent): Promise<'buried' | 'changed'>;
  /** Replaces the hash of the user that was read by another one of the same password. */
  setHash(user: ActiveUser, hash: string): Promise<void>;
  /** Takes `cleanup` out of a tombstone. */
  finishCleanup(asin: string): Promise<void>;
}

export interface NameClaimRepository {
  find(name: string): Promise<NameClaim | undefined>;
  /**
   * Writes the claim where the name is free, or where `replacing`, as it was read, still holds it. Resolves to
   * the claim that holds the name afterwards: this one or another's.
   */
  claim(claim: NameClaim, replacing?: NameClaim): Promise<NameClaim>;
  /** False when the name is not the user's (any more). */
  confirm(name: string, userId: string): Promise<boolean>;
  /** Gives the name up if it is the user's. */
  release(name: string, userId: string): Promise<void>;
}

export interface SessionRepository {
  create(session: Session): Promise<void>;
  find(userId: string, sessionId: string): Promise<Session | undefined>;
  /** The sessions that are not expired at `at`. */
  list(userId: string, at: Date): Promise<Session[]>;
  /** Where the session's refresh token is still the one that was read; else it was `reused`, or is `gone`. */
  rotate(
    session: Session,
    next: Pick<Session, 'refresh_hash' | 'expires_at' | 'last_used_day'>,
  ): Promise<'rotated' | 'reused' | 'gone'>;
  remove(userId: string, sessionId: string): Promise<void>;
}

/** What is refused although its signature is good: ids of sessions, API keys and users. */
export interface RevocationRepository {
  /** Until then, when it would have ended anyway. */
  add(id: string, until: Date): Promise<void>;
  list(at: Date): Promise<string[]>;
}

export interface ApiKeyRepository {
  create(key: ApiKey): Promise<void>;
  find(userId: string, keyId: string): Promise<ApiKey | undefined>;
  /** Those that are not expired at `at`, revoked ones too. */
  list(userId: string, at: Date): Promise<ApiKey[]>;
  revoke(userId: string, keyId: string, at: Date): Promise<void>;
  remove(userId: string, keyId: string): Promise<void>;
  /** Only forward, and only of a key that is there. */
  noteUse(userId: string, keyId: string, day: string): Promise<void>;
}

export interface AttemptRecord {
  /** Those that are not forgotten. */
  readonly failures: number;
  /** Epoch milliseconds. */
  readonly blocked_until: number;
  /** Somebody has signed in with the password there; epoch milliseconds, 0 where nobody has. */
  readonly known_until: number;
}

/** Counts of failed sign-ins, the same for all replicas; the keys say of what. */
export interface AttemptStore {
  /** What is not over at `at`, in one read. */
  read(keys: readonly string[], at: Date): Promise<ReadonlyMap<string, AttemptRecord>>;
  /** Resolves to the failures so far, this one in; those that were to be forgotten before `at` are. */
  addFailure(
    key: string,
    when: {
      readonly at: Date;
      readonly forgetAt: Date;
      /** Of the item, which may hold more than failures. */
      readonly keepUntil: Date;
    },
  ): Promise<number>;
  /** Epoch milliseconds; only ever later. */
  block(key: string, until: number): Promise<void>;
  /** Known from now on, and without a failure. */
  remember(key: string, until: Date): Promise<void>;
}

export interface PasswordHasher {
  /** Rejects with `auth.busy` when too many passwords wait, as `verify` does. */
  hash(password: string): Promise<string>;
  /** Without a hash it takes as long as with one, and says false. */
  verify(hash: string | undefined, password: string): Promise<boolean>;
  /** Whether the hash was made with less effort than new ones are. */
  isOutdated(hash: string): boolean;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** An RSA public key as JWKS publishes it. */
export interface PublicJwk {
  readonly kty: 'RSA';
  readonly use: 'sig';
  readonly alg: 'RS256';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
}

/** Keys by role: one signs; all that may have signed, or will, are published. */
export interface KeyStore {
  signingKey(): Promise<SigningKey>;
  publicKeys(): Promise<readonly PublicJwk[]>;
}

/** Where the set of signing keys is kept, as one text. */
export interface SigningKeyStorage {
  read(): Promise<{ readonly text: string; readonly version: string } | undefined>;
  /** Replaces the version that was read, or makes the first; false when it is another's by now. */
  write(text: string, replacing: string | undefined): Promise<boolean>;
}

interface AccessTokenClaims {
  readonly sub: string;
  readonly username: string;
  readonly sid: string;
  readonly scope: string;
  /** Absent where there are none. */
  readonly roles?: readonly string[];
  readonly jti: string;
  /** Epoch seconds, like `exp`. */
  readonly iat: number;
  readonly exp: number;
}

export type IssueToken = (claims: AccessTokenClaims) => Promise<string>;

/** An API key is a token without a session; `jti` is the key's id. */
export type IssueApiKey = (claims: Omit<AccessTokenClaims, 'sid'>) => Promise<string>;
