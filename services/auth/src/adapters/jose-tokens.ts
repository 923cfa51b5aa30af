import { createLocalJWKSet, SignJWT, type JWTVerifyGetKey } from 'jose';
import { ACCESS_TOKEN_TYPE } from '@cairn/shared/http/token-verifier';
import type { IssueToken, KeyStore, PublicJwk } from '../domain/ports.ts';

/** Signs access tokens with the store's current key. */
export function joseTokenIssuer(options: { keys: KeyStore; issuer: string; audience: string }): IssueToken {
  const { keys, issuer, audience } = options;
  return async (claims) => {
    const { kid, privateKey } = await keys.signingKey();
    return new SignJWT({ iss: issuer, aud: audience, ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: ACCESS_TOKEN_TYPE, kid })
      .sign(privateKey);
  };
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
