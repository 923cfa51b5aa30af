import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SCOPES } from './principal.ts';
import { remoteKeys } from './remote-keys.ts';
import { ACCESS_TOKEN_TYPE, createTokenVerifier, type TokenVerifier } from './token-verifier.ts';

const ISSUER = 'https://cairn.test';
const NOW = Math.floor(Date.parse('2026-11-22T12:00:00Z') / 1000);
const JWKS_URL = 'https://auth.test/.well-known/jwks.json';

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const own = rsa();
const standby = rsa();
const foreign = rsa();

const claims = () => ({
  iss: ISSUER,
  aud: 'cairn',
  sub: 'user_1',
  username: 'mara@example.com',
  sid: 'session_1',
  scope: SCOPES.join(' '),
  jti: 'token_1',
  iat: NOW,
  exp: NOW + 3_600,
});
const header = () => ({ alg: 'RS256', typ: ACCESS_TOKEN_TYPE, kid: 'own' });

interface Changes {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: KeyObject;
}

function token(changes: Changes = {}): Promise<string> {
  return new SignJWT({ ...claims(), ...changes.claims })
    .setProtectedHeader({ ...header(), ...changes.header })
    .sign(changes.key ?? own.privateKey);
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that no library would make: any header, any signature. */
const handmade = (changes: Changes, signature: (input: string) => string) => {
  const input = `${encode({ ...header(), ...changes.header })}.${encode({ ...claims(), ...changes.claims })}`;
  return `${input}.${signature(input)}`;
};

/** Signed by us, whatever the texts are. */
const signed = (head: string, payload: string) => {
  const input = [head, payload].map((text) => Buffer.from(text).toString('base64url')).join('.');
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), own.privateKey).toString('base64url')}`;
};
const texts = () => ({ head: JSON.stringify(header()), payload: JSON.stringify(claims()) });

let jwks: unknown;
let online = true;
const fetched: string[] = [];
let verify: TokenVerifier;

beforeAll(async () => {
  const publish = async (key: KeyObject, kid: string) => ({
    ...(await exportJWK(key)),
    kid,
    alg: 'RS256',
    use: 'sig',
  });
  jwks = { keys: [await publish(own.publicKey, 'own'), await publish(standby.publicKey, 'standby')] };
});

beforeEach(() => {
  online = true;
  fetched.length = 0;
  vi.stubGlobal('fetch', async (url: string | URL) => {
    fetched.push(String(url));
    if (!online) throw new TypeError('fetch failed');
    return Response.json(jwks);
  });
  verify = createTokenVerifier({
    keys: remoteKeys(JWKS_URL),
    issuer: ISSUER,
    audience: 'cairn',
    now: () => new Date(NOW * 1000),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a token as auth makes it', () => {
  test('tells who is asking, after one fetch of the keys for all tokens', async () => {
    expect(await verify(await token())).toEqual({
      userId: 'user_1',
      username: 'mara@example.com',
      sessionId: 'session_1',
      scopes: new Set(SCOPES),
      expiresAt: NOW + 3_600,
    });
    await verify(await token({ header: { kid: 'standby' }, key: standby.privateKey }));
    expect(fetched).toEqual([JWKS_URL]);
  });

  test.each([
    ['ended less than 5 s ago', { exp: NOW - 4 }],
    ['is not valid for another 4 s', { nbf: NOW + 4 }],
    ['is for several audiences', { aud: ['other', 'cairn'] }],
  ])('that %s is accepted', async (_what, changed) => {
    await expect(verify(await token({ claims: changed }))).resolves.toMatchObject({ userId: 'user_1' });
  });
});

const spkiPem = own.publicKey.export({ type: 'spki', format: 'pem' });
const hs256 = (secret: string) => (input: string) =>
  createHmac('sha256', secret).update(input).digest('base64url');

/** Each is refused, and no request leaves because of it: nothing in a token says where keys come from. */
const forgeries: [string, () => string | Promise<string>][] = [
  ['alg none without a signature', () => handmade({ header: { alg: 'none' } }, () => '')],
  ['alg none with a signature', () => handmade({ header: { alg: 'none' } }, () => 'c2ln')],
  ['alg nOnE', () => handmade({ header: { alg: 'nOnE' } }, () => 'c2ln')],
  [
    'HS256 with the public PEM as the secret',
    () => handmade({ header: { alg: 'HS256' } }, hs256(String(spkiPem))),
  ],
  [
    'HS256 with the public JWK as the secret',
    () =>
      handmade({ header: { alg: 'HS256' } }, hs256(JSON.stringify(own.publicKey.export({ format: 'jwk' })))),
  ],
  ['RS512', () => token({ header: { alg: 'RS512' } })],
  ['PS256', () => token({ header: { alg: 'PS256' } })],
  ['no alg', () => handmade({ header: { alg: undefined } }, () => 'c2ln')],
  ['another key under the id of ours', () => token({ key: foreign.privateKey })],
  ["the standby's signature under the other id", () => token({ key: standby.privateKey })],
  ['an unknown kid', () => token({ header: { kid: 'unknown' }, key: foreign.privateKey })],
  [
    'a kid that is a path',
    () => token({ header: { kid: '../../../../etc/passwd' }, key: foreign.privateKey }),
  ],
  [
    'a kid that is an address',
    () => token({ header: { kid: 'https://evil.test/k' }, key: foreign.privateKey }),
  ],
  ['a kid that is a number', () => handmade({ header: { kid: 1 } }, () => 'c2ln')],
  ['no kid', () => token({ header: { kid: undefined }, key: foreign.privateKey })],
  [
    'its own key inside',
    () => token({ header: { jwk: foreign.publicKey.export({ format: 'jwk' }) }, key: foreign.privateKey }),
  ],
  [
    'the address of its keys',
    () => token({ header: { jku: 'https://evil.test/jwks' }, key: foreign.privateKey }),
  ],
  [
    'the address of its certificate',
    () => token({ header: { x5u: 'https://evil.test/crt' }, key: foreign.privateKey }),
  ],
  ['an unknown critical extension', () => handmade({ header: { crit: ['exp2'], exp2: 1 } }, () => 'c2ln')],
  ['an empty list of critical extensions', () => handmade({ header: { crit: [] } }, () => 'c2ln')],
  ['an unencoded payload', () => handmade({ header: { b64: false, crit: ['b64'] } }, () => 'c2ln')],
  ['no signature', async () => (await token()).replace(/[^.]+$/, '')],
  [
    "another token's signature",
    async () => {
      const [head = '', body = ''] = (await token({ claims: { sub: 'user_2' } })).split('.');
      return `${head}.${body}.${(await token()).split('.')[2] ?? ''}`;
    },
  ],
  [
    'its signature written another way',
    async () => {
      const text = await token();
      const last = text.slice(-1);
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      // 256 bytes leave four unused bits in the last of 342 characters.
      return text.slice(0, -1) + (alphabet[alphabet.indexOf(last) ^ 1] ?? '');
    },
  ],
  ['padding', async () => `${await token()}==`],
  ['a line break', async () => `${await token()}\n`],
  ['five parts', () => `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`],
  ['two parts', async () => (await token()).split('.').slice(0, 2).join('.')],
  ['a header that is no JSON', () => `bm9wZQ.${encode(claims())}.c2ln`],
  ['100 KB', () => token({ claims: { more: 'x'.repeat(100_000) } })],
  ['nothing in it', () => ''],
  ['duplicate claims', () => signed(texts().head, texts().payload.replace(/}$/, ',"sub":"user_2"}'))],
  [
    'a claim twice with one value',
    () => signed(texts().head, texts().payload.replace('{', '{"sub":"user_1",')),
  ],
  [
    'duplicate parameters in its header',
    () => signed(texts().head.replace('{', '{"alg":"none",'), texts().payload),
  ],
  ['a payload that is written another way', () => signed(texts().head, `${texts().payload} `)],
  ['a payload that is no JSON', () => signed(texts().head, 'nope')],
  ['a refresh token', () => `cairn_refresh_user_${'0'.repeat(26)}.session_${'0'.repeat(26)}.a.b`],
];

/** Signed by us, and yet no access token. */
const wrongClaims: [string, Changes][] = [
  ...['iss', 'aud', 'sub', 'username', 'sid', 'scope', 'jti', 'iat', 'exp'].map((name): [string, Changes] => [
    `no ${name}`,
    { claims: { [name]: undefined } },
  ]),
  ['another issuer', { claims: { iss: 'https://evil.test' } }],
  ['the issuer with a slash more', { claims: { iss: `${ISSUER}/` } }],
  ['another audience', { claims: { aud: 'other' } }],
  ['an empty audience', { claims: { aud: [] } }],
  ['an end more than 5 s ago', { claims: { exp: NOW - 6 } }],
  ['an end as text', { claims: { exp: String(NOW + 600) } }],
  ['an end that is no whole second', { claims: { exp: NOW + 600.5 } }],
  ['an end beyond all numbers', { claims: { exp: 1e300 } }],
  ['a beginning in the future', { claims: { nbf: NOW + 60 } }],
  ['a birth as text', { claims: { iat: 'now' } }],
  ['an empty subject', { claims: { sub: '' } }],
  ['a subject that is a number', { claims: { sub: 1 } }],
  ['a scope that is a list', { claims: { scope: ['account'] } }],
  ['the type of a refresh token', { header: { typ: 'rt+jwt' } }],
  ['the type of any token', { header: { typ: 'JWT' } }],
  ['no type', { header: { typ: undefined } }],
];

describe('a token that is not ours', () => {
  test.each([
    ...forgeries,
    ...wrongClaims.map(([what, changes]): [string, () => Promise<string>] => [what, () => token(changes)]),
  ])('with %s is refused, and causes no request', async (_what, forge) => {
    const forged = await forge();
    await verify(await token());
    fetched.length = 0;
    await expect(verify(forged)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    expect(fetched).toEqual([]);
  });
});

describe('the keys', () => {
  test('are fetched at most once a cooldown for a thousand unknown ids', async () => {
    vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] });
    await verify(await token());
    for (let i = 0; i < 1_000; i++) {
      const forged = handmade({ header: { kid: `unknown-${i}` } }, () => 'c2ln');
      await expect(verify(forged)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    }
    expect(fetched).toHaveLength(1);
    vi.setSystemTime(NOW * 1000 + 31_000);
    const rotated = await token({ header: { kid: 'unknown' } });
    await expect(verify(rotated)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    await expect(verify(rotated)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    expect(fetched).toHaveLength(2);
  });

  test('that are known live through an outage of auth, until the bound; then nothing verifies', async () => {
    vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] });
    await verify(await token());
    online = false;
    vi.setSystemTime(NOW * 1000 + 8 * 60_000);
    await expect(verify(await token())).resolves.toMatchObject({ userId: 'user_1' });
    vi.setSystemTime(NOW * 1000 + 9 * 60_000);
    await expect(verify(await token())).rejects.toMatchObject({
      code: 'auth.keys_unavailable',
      retryable: true,
    });
  });

  test('that never came, or came as nonsense, let nobody in', async () => {
    online = false;
    await expect(verify(await token())).rejects.toMatchObject({ code: 'auth.keys_unavailable' });
    online = true;
    for (const answer of [new Response('<html>'), Response.json({}), new Response(null, { status: 500 })]) {
      vi.stubGlobal('fetch', async () => answer);
      await expect(verify(await token())).rejects.toMatchObject({ code: 'auth.keys_unavailable' });
    }
  });
});
