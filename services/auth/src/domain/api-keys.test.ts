import { API_KEY_PREFIX } from '@cairn/shared/http/token-verifier';
import { describe, expect, test } from 'vitest';
import { NOON, PASSWORD } from '../testing/builders.ts';
import { memoryAuth } from '../testing/memory-auth.ts';
import { MAX_KEPT_KEYS, MAX_LIVE_KEYS } from './api-key.ts';
import { createApiKey } from './create-api-key.ts';

const revoked = { code: 'auth.invalid_token' };

async function withKey() {
  const auth = memoryAuth();
  const { user } = await auth.registerUser({ username: 'mara', password: PASSWORD, userAgent: 'test' });
  const wanted = { userId: user.asin, name: 'build server', scopes: ['assets:write'], days: 30 };
  const { key, secret } = await auth.createApiKey(wanted);
  return { auth, userId: user.asin, wanted, key, secret };
}

describe('an API key', () => {
  test('is a prefix and a token, does what its scopes say, and its use is told', async () => {
    const { auth, userId, key, secret } = await withKey();
    expect(secret).toMatch(/^cairn_key_eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(await auth.verify(secret)).toEqual({
      userId,
      username: 'mara',
      keyId: key.key_id,
      scopes: new Set(['assets:write']),
      expiresAt: Date.parse(NOON) / 1_000 + 30 * 86_400,
    });
    expect(auth.keyUses).toEqual([{ userId, keyId: key.key_id }]);
  });

  test('passes neither without its prefix nor as what it is not', async () => {
    const { auth, secret } = await withKey();
    const { token } = await auth.signIn({ username: 'mara', password: PASSWORD, userAgent: 'test' });
    const bare = secret.slice(API_KEY_PREFIX.length);
    for (const forged of [bare, `${API_KEY_PREFIX}${token}`, `${API_KEY_PREFIX}${secret}`]) {
      await expect(auth.verify(forged)).rejects.toMatchObject(revoked);
    }
  });

  test('ends when it is revoked, is then not listed, and stays revoked until it would have ended', async () => {
    const { auth, userId, key, secret } = await withKey();
    await auth.revokeApiKey(userId, key.key_id);
    await auth.revokeApiKey(userId, key.key_id);
    await expect(auth.verify(secret)).rejects.toMatchObject(revoked);
    expect(await auth.listApiKeys(userId)).toEqual([]);
    // Verifiers take a key for a few seconds longer than it says, on clocks of their own.
    for (const ms of [-1, 0, 1, 4_000, 30_000]) {
      auth.clock.now = new Date(key.expires_at * 1_000 + ms);
      await expect(auth.verify(secret)).rejects.toMatchObject(revoked);
      expect(await auth.revocations.list(auth.now())).toContain(key.key_id);
    }
  });

  test('ends by itself', async () => {
    const { auth, userId, key, secret } = await withKey();
    auth.clock.now = new Date(key.expires_at * 1_000 + 6_000);
    await expect(auth.verify(secret)).rejects.toMatchObject(revoked);
    expect(await auth.listApiKeys(userId)).toEqual([]);
    await expect(auth.revokeApiKey(userId, key.key_id)).rejects.toMatchObject({ code: 'key.not_found' });
  });

  test('ends with its account, and one that is made at that moment too', async () => {
    const { auth, userId, wanted, secret } = await withKey();
    const apiKeys = {
      ...auth.apiKeys,
      create: async (key: Parameters<typeof auth.apiKeys.create>[0]) => {
        await auth.deleteUser({ userId, password: PASSWORD });
        await auth.apiKeys.create(key);
      },
    };
    await expect(createApiKey({ ...auth, apiKeys })(wanted)).rejects.toMatchObject(revoked);
    await expect(auth.verify(secret)).rejects.toMatchObject(revoked);
    expect(await auth.apiKeys.list(userId, new Date(0))).toEqual([]);
  });

  test("is nobody else's to revoke", async () => {
    const { auth, key, secret } = await withKey();
    const other = await auth.registerUser({ username: 'lena', password: PASSWORD, userAgent: 'test' });
    await expect(auth.revokeApiKey(other.user.asin, key.key_id)).rejects.toMatchObject({
      code: 'key.not_found',
    });
    await expect(auth.verify(secret)).resolves.toBeDefined();
  });

  test('more than the limit are never left, however many are asked for at once', async () => {
    const { auth, userId, wanted } = await withKey();
    const results = await Promise.allSettled(
      Array.from({ length: MAX_LIVE_KEYS + 10 }, () => auth.createApiKey(wanted)),
    );
    expect((await auth.listApiKeys(userId)).length).toBeLessThanOrEqual(MAX_LIVE_KEYS);
    const reasons = results.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    for (const reason of reasons) expect(reason).toMatchObject({ code: 'key.limit_reached' });
  });

  test('that were revoked count until they would have ended, so that nobody fills the list of revocations', async () => {
    const { auth, userId, wanted, key } = await withKey();
    const ids = [key.key_id];
    while (ids.length < MAX_KEPT_KEYS) {
      await auth.revokeApiKey(userId, ids.at(-1) ?? '');
      ids.push((await auth.createApiKey(wanted)).key.key_id);
    }
    await auth.revokeApiKey(userId, ids.at(-1) ?? '');
    await expect(auth.createApiKey(wanted)).rejects.toMatchObject({ code: 'key.limit_reached' });
    expect(await auth.revocations.list(auth.now())).toHaveLength(MAX_KEPT_KEYS);
    auth.clock.now = new Date(key.expires_at * 1_000);
    await expect(auth.createApiKey(wanted)).resolves.toBeDefined();
  });
});
