import { CompactSign, createLocalJWKSet, SignJWT, type JWTVerifyGetKey } from 'jose';
import { ACCESS_TOKEN_TYPE, API_KEY_PREFIX, API_KEY_TYPE } from '@cairn/shared/http/token-verifier';
import { REVOCATIONS_TYPE, type revocationList } from '@cairn/shared/http/revocations';
import type { z } from '@hono/zod-openapi';
import type { IssueApiKey, IssueToken, KeyStore, PublicJwk } from '../domain/ports.ts';

interface TokenOptions {
  keys: KeyStore;
  issuer: string;
  audience: string;
}

async function sign({ keys, issuer, audience }: TokenOptions, typ: string, claims: Record<string, unknown>) {
  const { kid, privateKey } = await keys.signingKey();
  return new SignJWT({ iss: issuer, aud: audience, ...claims })
    .setProtectedHeader({ alg: 'RS256', typ, kid })
    .sign(privateKey);
}

/** Signs access tokens with the store's current key. */
export function joseTokenIssuer(options: TokenOptions): IssueToken {
  return (claims) => sign(options, ACCESS_TOKEN_TYPE, { ...claims });
}

/** Signs API keys: a token of its own type behind the prefix. */
export function joseApiKeyIssuer(options: TokenOptions): IssueApiKey {
  return async (claims) => `${API_KEY_PREFIX}${await sign(options, API_KEY_TYPE, { ...claims })}`;
}

/** Signs a list of revocations; its payload is no claims set, so that it can never pass for a token. */
export async function signRevocations(
  { keys, issuer, audience }: TokenOptions,
  list: Pick<z.infer<typeof revocationList>, 'iat' | 'revoked'>,
): Promise<string> {
  const { kid, privateKey } = await keys.signingKey();
  const payload = JSON.stringify({ iss: issuer, aud: audience, ...list });
  return new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: 'RS256', typ: REVOCATIONS_TYPE, kid })
    .sign(privateKey);
}

/** The store's public keys for the service that owns them: no fetch, never out of date. */
export function storedPublicKeys(keys: KeyStore): JWTVerifyGetKey {
  let known: { published: readonly PublicJwk[]; resolve: JWTVerifyGetKey } | undefined;
  return async (header, token) => {
    const published = await keys.publicKeys();
    if (known?.published !== published) {
      known = { published, resolve: createLocalJWKSet({ keys: [...published] }) };
    }
    return known.resolve(header, token);
  };
}
