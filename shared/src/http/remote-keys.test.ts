import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { remoteKeys } from './remote-keys.ts';
import { ACCESS_TOKEN_TYPE, createTokenVerifier, type TokenVerifier } from './token-verifier.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const MINUTE_MS = 60_000;

const pairs = {
  old: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  new: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
type Kid = keyof typeof pairs;
const jwks = {} as Record<Kid, object>;
beforeAll(async () => {
  for (const kid of ['old', 'new'] as const) {
    jwks[kid] = { ...(await exportJWK(pairs[kid].publicKey)), kid, alg: 'RS256', use: 'sig' };
  }
});

const token = (kid: string, key: Kid = 'old') =>
  new SignJWT({
    iss: 'i',
    aud: 'a',
    sub: 'user_1',
    username: 'mara',
    sid: 'session_1',
    scope: 'account',
    jti: 'token_1',
    iat: Math.floor(Date.now() / 1_000),
    exp: Math.floor(Date.now() / 1_000) + 600,
  })
    .setProtectedHeader({ alg: 'RS256', typ: ACCESS_TOKEN_TYPE, kid })
    .sign(pairs[key].privateKey);

let fetches = 0;
let answer: () => Promise<Response>;
let verify: TokenVerifier;
const publishing =
  (...kids: Kid[]) =>
  async () =>
    Response.json({ keys: kids.map((kid) => jwks[kid]) });
const away = async () => {
  throw new TypeError('fetch failed');
};
const at = (ms: number) => vi.setSystemTime(NOW + ms);
const invalid = { code: 'auth.invalid_token' };
const unavailable = { code: 'auth.keys_unavailable', retryable: true };

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  fetches = 0;
  vi.stubGlobal('fetch', () => ((fetches += 1), answer()));
  verify = createTokenVerifier({ keys: remoteKeys('https://auth.test/jwks'), issuer: 'i', audience: 'a' });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a rotation', () => {
  test('is learnt from the first token of the new key, once the cooldown is over', async () => {
    answer = publishing('old');
    await verify(await token('old'));
    answer = publishing('old', 'new');
    at(31_000);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => token('new', 'new')));
    await Promise.all(tokens.map((each) => verify(each)));
    expect(fetches).toBe(2);
  });

  test('ends the tokens of a removed key within nine minutes, although nobody asks for another', async () => {
    answer = publishing('old', 'new');
    await verify(await token('old'));
    answer = publishing('new');
    at(MINUTE_MS);
    await verify(await token('old'));
    await vi.waitFor(async () => expect(verify(await token('old'))).rejects.toMatchObject(invalid), {
      timeout: 10_000,
    });
  });
});

describe('an outage of auth', () => {
  test.each([
    ['refusing connections', away],
    ['answering 500', async () => new Response(null, { status: 500 })],
    ['answering HTML', async () => new Response('<html>')],
    ['answering no keys', async () => Response.json({ keys: [] })],
  ])('by %s costs one fetch a cooldown, whatever the tokens say', async (_how, failing) => {
    answer = publishing('old');
    await verify(await token('old'));
    answer = failing;
    at(31_000);
    for (let i = 0; i < 50; i++) {
      await expect(verify(await token(`unknown ${i}`))).rejects.toMatchObject(unavailable);
    }
    expect(fetches).toBe(2);
    at(62_000);
    await expect(verify(await token('unknown'))).rejects.toMatchObject(unavailable);
    expect(fetches).toBe(3);
    await expect(verify(await token('old'))).resolves.toMatchObject({ userId: 'user_1' });
  });

  test('is lived through for nine minutes, then nothing verifies; what comes back is used at once', async () => {
    answer = publishing('old');
    await verify(await token('old'));
    answer = away;
    at(9 * MINUTE_MS - 1);
    await expect(verify(await token('old'))).resolves.toBeDefined();
    at(9 * MINUTE_MS + 1_000);
    await expect(verify(await token('old'))).rejects.toMatchObject(unavailable);
    answer = publishing('old');
    at(9 * MINUTE_MS + 3_000);
    await expect(verify(await token('old'))).resolves.toBeDefined();
  });
});

test('a slow answer that was asked for earlier cannot undo a newer one: there is one at a time', async () => {
  answer = publishing('old');
  await verify(await token('old'));
  at(31_000);
  const slow = Promise.withResolvers<Response>();
  answer = () => slow.promise;
  const waiting = [token('new', 'new'), token('new', 'new')].map(async (each) => verify(await each));
  await vi.waitFor(() => expect(fetches).toBe(2), { timeout: 10_000 });
  at(62_000);
  waiting.push(token('new', 'new').then((each) => verify(each)));
  await Promise.resolve();
  slow.resolve(await publishing('old', 'new')());
  await Promise.all(waiting);
  expect(fetches).toBe(2);
});
