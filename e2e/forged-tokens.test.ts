import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { aRegisteredUser } from './builders.ts';
import { apiUnderTest } from './client.ts';
import { sendRaw } from './raw-http.ts';

/*
 * The forgery and claim matrices, at one route of every service that verifies tokens. A listener stands where a
 * forged header points to, and must never be asked. The signing key is that of a product of our own.
 */
const api = await apiUnderTest();
const dataFolder = inject('dataFolder');
const ROUTES = { auth: '/v1/users/me', ingest: '/v1/uploads', catalog: '/v1/assets?limit=1' } as const;

let asked = 0;
const canary = createServer((_request, response) => {
  asked += 1;
  response.end('{"keys":[]}');
});
let canaryUrl = '';
let genuine: { token: string; header: object; claims: Record<string, unknown> };
let refreshToken = '';
let own: { key: KeyObject; pem: string; jwk: string };
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

const decode = (part = ''): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

beforeAll(async () => {
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  canaryUrl = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/keys`;
  const user = await aRegisteredUser(api);
  const { token } = user;
  refreshToken = (await api.signIn(user)).refresh_token;
  const [head, body] = token.split('.');
  genuine = {
    token,
    header: decode(head) as object,
    claims: decode(body) as Record<string, unknown>,
  };
  if (dataFolder === undefined) return;
  const file = await readFile(path.join(dataFolder, 'signing-keys.json'), 'utf8');
  const { keys } = JSON.parse(file) as { keys: { kid: string; private_jwk: Record<string, string> }[] };
  const { kid } = genuine.header as { kid: string };
  const jwk = keys.find((each) => each.kid === kid)?.private_jwk ?? {};
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const { kty = '', n = '', e = '' } = jwk;
  const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  own = { key, pem, jwk: JSON.stringify({ kty, n, e }) };
});
afterAll(() => canary.close());

interface Changes {
  header?: object;
  /** An object over the genuine claims, or the whole text of the payload. */
  claims?: object | string;
  signer?: (input: string) => string;
}

const rsa = (key: KeyObject) => (input: string) =>
  sign('RSA-SHA256', Buffer.from(input), key).toString('base64url');
const hmac = (secret: string) => (input: string) =>
  createHmac('sha256', secret).update(input).digest('base64url');

/** Signed by us unless said otherwise. */
function forged({ header = {}, claims = {}, signer = rsa(own.key) }: Changes): string {
  const payload = typeof claims === 'string' ? claims : { ...genuine.claims, ...claims };
  const input = `${encode({ ...genuine.header, ...header })}.${encode(payload)}`;
  return `${input}.${signer(input)}`;
}

const none = () => '';
const foreignly = rsa(foreign.privateKey);
const forgeries: readonly (readonly [string, () => string])[] = [
  ['alg none', () => forged({ header: { alg: 'none' }, signer: none })],
  ['alg nOnE with a signature', () => forged({ header: { alg: 'nOnE' } })],
  ['HS256 with the public PEM', () => forged({ header: { alg: 'HS256' }, signer: hmac(own.pem) })],
  ['HS256 with the public JWK', () => forged({ header: { alg: 'HS256' }, signer: hmac(own.jwk) })],
  ['RS512', () => forged({ header: { alg: 'RS512' } })],
  [
    'its own key inside',
    () => forged({ header: { jwk: foreign.publicKey.export({ format: 'jwk' }) }, signer: foreignly }),
  ],
  ['the address of its keys', () => forged({ header: { jku: canaryUrl }, signer: foreignly })],
  ['the address of its certificate', () => forged({ header: { x5u: canaryUrl }, signer: foreignly })],
  [
    'the address of its keys and our signature in a kid',
    () => forged({ header: { kid: canaryUrl }, signer: foreignly }),
  ],
  ['an unknown kid', () => forged({ header: { kid: 'unknown' }, signer: foreignly })],
  ['a kid that is a path', () => forged({ header: { kid: '../../../../dev/null' }, signer: hmac('') })],
  ['no kid', () => forged({ header: { kid: undefined }, signer: foreignly })],
  ['an unknown critical extension', () => forged({ header: { crit: ['exp2'], exp2: 1 } })],
  ['an unencoded payload', () => forged({ header: { crit: ['b64'], b64: false } })],
  ['no signature', () => genuine.token.replace(/[^.]+$/, '')],
  ['a foreign signature', () => forged({ signer: foreignly })],
  ['five parts', () => `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`],
  [
    'duplicate claims of which the last is another user',
    () =>
      forged({
        claims: JSON.stringify(genuine.claims).replace(/}$/, ',"sub":"user_00000000000000000000000000"}'),
      }),
  ],
  [
    'more than 8 KB, which the gateway still lets pass',
    () => forged({ claims: { more: 'x'.repeat(8_500) } }),
  ],
  [
    'its signature written another way',
    () => {
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const last = genuine.token.at(-1) ?? '';
      return genuine.token.slice(0, -1) + (alphabet[alphabet.indexOf(last) ^ 1] ?? '');
    },
  ],
  ['the form of a refresh token', () => refreshToken],
  ['the prefix of an API key', () => `cairn_key_${genuine.token}`],
];

const now = () => Math.floor(Date.now() / 1_000);
const wrongClaims: readonly (readonly [string, () => string])[] = [
  ...['iss', 'aud', 'sub', 'username', 'sid', 'scope', 'jti', 'iat', 'exp'].map(
    (name) => [`no ${name}`, () => forged({ claims: { [name]: undefined } })] as const,
  ),
  ['another issuer', () => forged({ claims: { iss: 'https://evil.test' } })],
  ['another audience', () => forged({ claims: { aud: 'other' } })],
  ['an end that is over', () => forged({ claims: { exp: now() - 10 } })],
  ['an end as text', () => forged({ claims: { exp: String(now() + 60) } })],
  ['an end in fractions', () => forged({ claims: { exp: now() + 60.5 } })],
  [
    'an end beyond all numbers',
    () => forged({ claims: JSON.stringify({ ...genuine.claims, exp: 0 }).replace('"exp":0', '"exp":1e309') }),
  ],
  ['a beginning in the future', () => forged({ claims: { nbf: now() + 60 } })],
  ['the type of a refresh token', () => forged({ header: { typ: 'rt+jwt' } })],
  ['the type of a list of revocations', () => forged({ header: { typ: 'revocations+jws' } })],
  ['the type of an API key', () => forged({ header: { typ: 'key+jwt' } })],
  ['no type', () => forged({ header: { typ: undefined } })],
];

describe.skipIf(dataFolder === undefined).each(Object.entries(ROUTES))('a token at %s', (_service, route) => {
  const ask = (token: string) =>
    fetch(new URL(route, inject('productUrl')), { headers: { authorization: `Bearer ${token}` } });

  it('is accepted as auth made it, and as we sign it', async () => {
    for (const token of [genuine.token, forged({})]) {
      const answer = await ask(token);
      await answer.body?.cancel();
      expect(answer.status).toBe(200);
    }
  });

  it.each([...forgeries, ...wrongClaims])(
    'with %s is refused like every other, and asks nobody',
    async (_what, forge) => {
      const answer = await ask(forge());
      const { request_id: _id, ...problem } = (await answer.json()) as Record<string, unknown>;
      expect(answer.status).toBe(401);
      expect(problem).toEqual({
        type: 'urn:cairn:problem:auth.invalid_token',
        title: 'The token is not valid',
        status: 401,
        code: 'auth.invalid_token',
      });
      expect(asked).toBe(0);
    },
  );

  it('beside another Authorization header is refused, whichever comes first', async () => {
    const headers = [`authorization: Bearer ${genuine.token}`, 'authorization: Bearer garbage'];
    for (const order of [headers, headers.toReversed()]) {
      const lines = [`GET ${route} HTTP/1.1`, 'host: a', ...order, 'connection: close', '', ''];
      const { status } = await sendRaw(inject('productUrl'), lines.join('\r\n'));
      expect([400, 401]).toContain(status);
    }
  });

  it.each([
    [
      'the query',
      (token: string) => ({
        url: `${route}${route.includes('?') ? '&' : '?'}token=${token}&access_token=${token}`,
      }),
    ],
    [
      'a cookie',
      (token: string) => ({ url: route, headers: { cookie: `token=${token}; session=${token}` } }),
    ],
  ])('in %s is not looked at', async (_where, request) => {
    const { url, headers = {} } = request(genuine.token) as { url: string; headers?: Record<string, string> };
    const answer = await fetch(new URL(url, inject('productUrl')), { headers });
    await answer.body?.cancel();
    // Search is for everybody, and knows no such parameters.
    expect(route === ROUTES.catalog ? [200, 422] : [401]).toContain(answer.status);
  });
});
