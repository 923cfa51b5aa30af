import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { newId } from '../ids.ts';
import { SCOPES } from './principal.ts';
import { ACCESS_TOKEN_TYPE } from './token-verifier.ts';

export interface TestIssuer {
  readonly jwksUrl: string;
  /** An access token as auth makes them, with `claims` instead of the usual ones. */
  tokenFor(userId: string, claims?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

/** Stands in for auth in the tests of other services: a key pair, its JWKS over HTTP, and tokens. */
export async function startTestIssuer(issuer: string, audience: string): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256', use: 'sig' };
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`,
    tokenFor(userId, claims = {}) {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        sub: userId,
        username: `${userId}@example.com`,
        sid: newId('session'),
        scope: SCOPES.join(' '),
        iss: issuer,
        aud: audience,
        iat: now,
        exp: now + 600,
        jti: newId('token'),
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'test', typ: ACCESS_TOKEN_TYPE })
        .sign(privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
