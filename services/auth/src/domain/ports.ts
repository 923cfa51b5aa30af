import type { KeyObject } from 'node:crypto';
import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import type { Session } from './session.ts';
import type { ActiveUser, DeletedUser, NameClaim, User } from './user.ts';

/** Every read is consistent, every write one conditional write that recognises itself when it is repeated. */
export interface UserRepository {
  find(asin: string): Promise<User | undefined>;
  create(user: ActiveUser): Promise<void>;
  /** Removes an active user that never got its name. */
  discard(asin: string): Promise<void>;
  /** Replaces the user that was read by its tombstone, event inside; `changed` when it is another by now. */
  bury(user: ActiveUser, tombstone: DeletedUser, event: CairnEvent): Promise<'buried' | 'changed'>;
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
  /** The sessions that are not expired at `at`. */
  list(userId: string, at: Date): Promise<Session[]>;
  remove(userId: string, sessionId: string): Promise<void>;
  removeAll(userId: string): Promise<void>;
}

export interface PasswordHasher {
  /** Rejects with `auth.busy` when too many passwords wait, as `verify` does. */
  hash(password: string): Promise<string>;
  /** Without a hash it takes as long as with one, and says false. */
  verify(hash: string | undefined, password: string): Promise<boolean>;
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

interface AccessTokenClaims {
  readonly sub: string;
  readonly username: string;
  readonly sid: string;
  readonly scope: string;
  readonly jti: string;
  /** Epoch seconds, like `exp`. */
  readonly iat: number;
  readonly exp: number;
}

export type IssueToken = (claims: AccessTokenClaims) => Promise<string>;
