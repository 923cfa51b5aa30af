import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestTokens {
  readonly jwksUrl: string;
  /** An access token as auth makes them. */
  tokenFor(userId: string, scope?: string, roles?: readonly string[]): string;
  close(): Promise<void>;
}

/** Stands in for auth: a key, its JWKS on loopback, and tokens signed with it. */
export async function startTestTokens(claims: { issuer: string; audience: string }): Promise<TestTokens> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'test', alg: 'RS256', use: 'sig' }] };
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`,
    tokenFor(userId, scope = 'assets:read assets:write account', roles = []) {
      const iat = Math.floor(Date.now() / 1000);
      const body = [
        encode({ alg: 'RS256', typ: 'at+jwt', kid: 'test' }),
        encode({
          iss: claims.issuer,
          aud: claims.audience,
          sub: userId,
          username: 'somebody',
          sid: 'session',
          scope,
          ...(roles.length === 0 ? {} : { roles }),
          iat,
          exp: iat + 600,
          jti: 'token',
        }),
      ].join('.');
      return `${body}.${sign('RSA-SHA256', Buffer.from(body), privateKey).toString('base64url')}`;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
