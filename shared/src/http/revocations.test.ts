import { generateKeyPairSync } from 'node:crypto';
import { CompactSign, createLocalJWKSet, exportJWK } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { remoteRevocations, REVOCATIONS_TYPE, type RemoteRevocations } from './revocations.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256' }] });

const list = (revoked: string[], changes: object = {}, header: object = {}, key = own.privateKey) =>
  new CompactSign(
    new TextEncoder().encode(JSON.stringify({ iss: 'i', aud: 'a', iat: NOON / 1_000, revoked, ...changes })),
  )
    .setProtectedHeader({ alg: 'RS256', typ: REVOCATIONS_TYPE, kid: 'own', ...header })
    .sign(key);

let served: () => Promise<Response>;
let fetches = 0;
let now = NOON;
let followed: RemoteRevocations;

beforeEach(() => {
  now = NOON;
  fetches = 0;
  vi.stubGlobal('fetch', () => ((fetches += 1), served()));
  followed = remoteRevocations({
    url: 'https://auth.test/revocations',
    keys,
    issuer: 'i',
    audience: 'a',
    logger: silentLogger(),
    now: () => new Date(now),
    intervalMs: 5,
  });
});
afterEach(async () => {
  await followed.task.stop();
  vi.unstubAllGlobals();
});

const serve = (text: Promise<string>) => (served = async () => new Response(await text));
const afterAnotherFetch = () => {
  const before = fetches;
  return vi.waitFor(() => expect(fetches).toBeGreaterThan(before + 1), { timeout: 10_000 });
};

describe('the list of revocations', () => {
  test('is followed: what is in it is revoked, what is not is live', async () => {
    serve(list(['key_1']));
    followed.task.start();
    expect(await followed.look(['key_1', 'user_1'])).toBe('revoked');
    expect(await followed.look(['key_2', 'user_1'])).toBe('live');
    serve(list(['key_1', 'user_1'], { iat: NOON / 1_000 + 1 }));
    await vi.waitFor(async () => expect(await followed.look(['key_2', 'user_1'])).toBe('revoked'), {
      timeout: 10_000,
    });
  });

  test('that never came says nothing, and is asked for at most once a second', async () => {
    served = async () => new Response(null, { status: 503 });
    for (let n = 0; n < 20; n++) expect(await followed.look(['key_1'])).toBe('unknown');
    expect(fetches).toBe(1);
  });

  test('that could not be had before is asked for by who needs it, once for all of them', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      served = async () => new Response(null, { status: 503 });
      expect(await followed.look(['key_2'])).toBe('unknown');
      serve(list(['key_1']));
      vi.advanceTimersByTime(1_000);
      const looks = ['key_1', 'key_2', 'key_3'].map((id) => followed.look([id]));
      expect(await Promise.all(looks)).toEqual(['revoked', 'live', 'live']);
      expect(fetches).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  test('older than ten minutes says nothing of what is not in it, and still refuses what is', async () => {
    serve(list(['key_1']));
    followed.task.start();
    await followed.look(['key_1']);
    now = NOON + 600_000;
    expect(await followed.look(['key_2'])).toBe('live');
    now = NOON + 601_000;
    expect(await followed.look(['key_2'])).toBe('unknown');
    expect(await followed.look(['key_1'])).toBe('revoked');
  });

  test('that is older than what is known does not undo it', async () => {
    serve(list(['key_1']));
    followed.task.start();
    await followed.look(['key_1']);
    serve(list([], { iat: NOON / 1_000 - 1 }));
    await afterAnotherFetch();
    expect(await followed.look(['key_1'])).toBe('revoked');
  });

  test.each([
    ['signed by another', () => list([], {}, {}, foreign.privateKey)],
    ['of another type', () => list([], {}, { typ: 'at+jwt' })],
    ['for another audience', () => list([], { aud: 'other' })],
    ['of another issuer', () => list([], { iss: 'other' })],
    ['from the future', () => list([], { iat: NOON / 1_000 + 120 })],
    ['without a date', () => list([], { iat: undefined })],
    ['that is nonsense', async () => '<html>'],
    ['that is unsigned', async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`],
  ])('%s is no list', async (_what, forged) => {
    serve(list(['key_1']));
    followed.task.start();
    await followed.look(['key_1']);
    serve(forged());
    await afterAnotherFetch();
    expect(await followed.look(['key_1'])).toBe('revoked');
  });
});
