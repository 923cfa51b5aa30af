import { errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import { z } from '@hono/zod-openapi';
import { DomainError } from '../errors/domain-error.ts';
import type { Principal } from './principal.ts';
import type { Revocations } from './revocations.ts';

export const ACCESS_TOKEN_TYPE = 'at+jwt';
export const API_KEY_TYPE = 'key+jwt';
/** What an API key begins with, so that scanners recognise one that has leaked; a signed token follows. */
export const API_KEY_PREFIX = 'cairn_key_';

const MAX_TOKEN_LENGTH = 8_192;
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const CLOCK_TOLERANCE_SECONDS = 5;

const common = {
  sub: z.string().min(1),
  username: z.string().min(1),
  scope: z.string(),
  roles: z.array(z.string()).optional(),
  exp: z.number().int(),
  iat: z.number().int(),
  jti: z.string().min(1),
};
const accessClaims = z.object({ ...common, sid: z.string().min(1) });
const keyClaims = z.object(common);

/** Resolves to who is asking; rejects with `auth.invalid_token`, or `auth.keys_unavailable` (fail closed). */
export type TokenVerifier = (token: string) => Promise<Principal>;

/** Told of every accepted API key; must neither wait nor throw. */
export type NoteKeyUse = (use: { readonly userId: string; readonly keyId: string }) => void;

export interface TokenVerifierOptions {
  keys: JWTVerifyGetKey;
  issuer: string;
  audience: string;
  now?: () => Date;
  /** Without it no API key is accepted, and an access token lives until it ends. */
  revocations?: Revocations;
  noteKeyUse?: NoteKeyUse;
}

export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { keys, issuer, audience, revocations } = options;

  async function payloadOf(token: string, typ: string): Promise<unknown> {
    if (token.length > MAX_TOKEN_LENGTH || !COMPACT_JWS.test(token) || !isCanonical(token)) {
      throw new DomainError('auth.invalid_token');
    }
    const checks: JWTVerifyOptions = {
      algorithms: ['RS256'],
      issuer,
      audience,
      typ,
      requiredClaims: ['sub', 'exp', 'iat', 'jti'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      ...(options.now === undefined ? {} : { currentDate: options.now() }),
    };
    return (await jwtVerify(token, keys, checks)).payload;
  }

  async function verifyAccessToken(token: string): Promise<Principal> {
    const claims = accessClaims.parse(await payloadOf(token, ACCESS_TOKEN_TYPE));
    // A list that is old or missing refuses nobody here: an access token ends by itself, within the bound.
    const revoked = await revocations?.look([claims.sid, claims.sub]);
    if (revoked === 'revoked') throw new DomainError('auth.invalid_token');
    return { ...principalOf(claims), sessionId: claims.sid };
  }

  async function verifyApiKey(token: string): Promise<Principal> {
    const claims = keyClaims.parse(await payloadOf(token, API_KEY_TYPE));
    const revoked = (await revocations?.look([claims.jti, claims.sub])) ?? 'revoked';
    if (revoked === 'revoked') throw new DomainError('auth.invalid_token');
    if (revoked === 'unknown') {
      throw new DomainError('auth.keys_unavailable', { retryable: true, retryAfterSeconds: 5 });
    }
    options.noteKeyUse?.({ userId: claims.sub, keyId: claims.jti });
    return { ...principalOf(claims), keyId: claims.jti };
  }

  return async (token) => {
    try {
      return token.startsWith(API_KEY_PREFIX)
        ? await verifyApiKey(token.slice(API_KEY_PREFIX.length))
        : await verifyAccessToken(token);
    } catch (cause) {
      throw rejection(cause);
    }
  };
}

const principalOf = (claims: z.infer<typeof keyClaims>) => ({
  userId: claims.sub,
  username: claims.username,
  scopes: new Set(claims.scope.split(' ')),
  ...(claims.roles === undefined ? {} : { roles: new Set(claims.roles) }),
  expiresAt: claims.exp,
});

/**
 * Written as auth writes it. jose ignores the unused bits of a last character, so that one signature could be
 * written in 16 ways; and of a claim that is there twice each reader may take another one (RFC 7519, 4).
 */
function isCanonical(token: string): boolean {
  const parts = token.split('.').map((part) => ({ part, bytes: Buffer.from(part, 'base64url') }));
  if (parts.some(({ part, bytes }) => bytes.toString('base64url') !== part)) return false;
  return parts.slice(0, 2).every(({ bytes }) => isPlainJson(bytes.toString()));
}

function isPlainJson(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

/** A network failure must not read as "your token is bad", nor a bad token as an outage. */
function rejection(cause: unknown): DomainError {
  if (cause instanceof DomainError) return cause;
  const aboutToken =
    (cause instanceof errors.JOSEError &&
      !(cause instanceof errors.JWKSTimeout) &&
      !(cause instanceof errors.JWKSInvalid) &&
      cause.code !== 'ERR_JOSE_GENERIC') ||
    cause instanceof z.ZodError;
  if (aboutToken) return new DomainError('auth.invalid_token', { cause });
  return new DomainError('auth.keys_unavailable', { cause, retryable: true, retryAfterSeconds: 5 });
}
