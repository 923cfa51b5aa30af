import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from '@hono/zod-openapi';
import { DomainError } from '../errors/domain-error.ts';
import type { Principal } from './principal.ts';

export const ACCESS_TOKEN_TYPE = 'at+jwt';
const MAX_TOKEN_LENGTH = 8_192;
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

const claims = z.object({
  sub: z.string().min(1),
  username: z.string().min(1),
  sid: z.string().min(1),
  scope: z.string(),
  exp: z.number().int(),
  iat: z.number().int(),
  jti: z.string().min(1),
});

/** Resolves to who is asking; rejects with `auth.invalid_token`, or `auth.keys_unavailable` (fail closed). */
export type TokenVerifier = (token: string) => Promise<Principal>;

export interface TokenVerifierOptions {
  keys: JWTVerifyGetKey;
  issuer: string;
  audience: string;
  now?: () => Date;
}

/**
 * The services' view of auth's public keys. A removed key is refused within `cacheMaxAge`; an unknown `kid`
 * causes at most one fetch a cooldown; when the keys are older than the bound and auth is away, nothing verifies.
 */
export function remoteKeys(jwksUrl: string): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(jwksUrl), {
    cacheMaxAge: 9 * 60_000,
    cooldownDuration: 30_000,
    timeoutDuration: 3_000,
  });
}

export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH || !COMPACT_JWS.test(token) || !isCanonical(token)) {
      throw new DomainError('auth.invalid_token');
    }
    try {
      const { payload } = await jwtVerify(token, options.keys, {
        algorithms: ['RS256'],
        issuer: options.issuer,
        audience: options.audience,
        typ: ACCESS_TOKEN_TYPE,
        requiredClaims: ['sub', 'exp', 'iat', 'jti'],
        clockTolerance: 5,
        ...(options.now === undefined ? {} : { currentDate: options.now() }),
      });
      const parsed = claims.parse(payload);
      return {
        userId: parsed.sub,
        username: parsed.username,
        sessionId: parsed.sid,
        scopes: new Set(parsed.scope.split(' ')),
        expiresAt: parsed.exp,
      };
    } catch (cause) {
      throw rejection(cause);
    }
  };
}

/** jose ignores the unused bits of a last character, so that one signature could be written in 16 ways. */
function isCanonical(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

/** A network failure must not read as "your token is bad", nor a bad token as an outage. */
function rejection(cause: unknown): DomainError {
  const aboutToken =
    (cause instanceof errors.JOSEError &&
      !(cause instanceof errors.JWKSTimeout) &&
      !(cause instanceof errors.JWKSInvalid) &&
      cause.code !== 'ERR_JOSE_GENERIC') ||
    cause instanceof z.ZodError;
  if (aboutToken) return new DomainError('auth.invalid_token', { cause });
  return new DomainError('auth.keys_unavailable', { cause, retryable: true, retryAfterSeconds: 5 });
}
