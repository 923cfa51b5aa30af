import { newId } from '@cairn/shared/ids';
import { describe, expect, test } from 'vitest';
import type { ApiKeyRepository } from '../domain/ports.ts';
import { anApiKey, NOON } from '../testing/builders.ts';

const noon = new Date(NOON);

/** What every `ApiKeyRepository` does. */
export function apiKeyRepositoryContract(name: string, underTest: () => ApiKeyRepository): void {
  describe(`API key repository on ${name}`, () => {
    test('a key is found and listed for its user alone, until it ends', async () => {
      const keys = underTest();
      const key = anApiKey();
      await keys.create(key);
      await keys.create(anApiKey());
      expect(await keys.find(key.user_id, key.key_id)).toEqual(key);
      expect(await keys.find(newId('user'), key.key_id)).toBeUndefined();
      expect(await keys.list(key.user_id, noon)).toEqual([key]);
      expect(await keys.list(key.user_id, new Date(key.expires_at * 1_000))).toEqual([]);
    });

    test('a revocation keeps its first date, and makes no key', async () => {
      const keys = underTest();
      const key = anApiKey();
      await keys.revoke(key.user_id, key.key_id, noon);
      expect(await keys.find(key.user_id, key.key_id)).toBeUndefined();
      await keys.create(key);
      await keys.revoke(key.user_id, key.key_id, noon);
      await keys.revoke(key.user_id, key.key_id, new Date(noon.getTime() + 1_000));
      expect(await keys.find(key.user_id, key.key_id)).toEqual({ ...key, revoked_at: NOON });
    });

    test('the day of the last use moves only forward, and makes no key', async () => {
      const keys = underTest();
      const key = anApiKey();
      await keys.noteUse(key.user_id, key.key_id, '2026-11-22');
      expect(await keys.find(key.user_id, key.key_id)).toBeUndefined();
      await keys.create(key);
      for (const day of ['2026-11-22', '2026-11-24', '2026-11-23', '2026-11-24']) {
        await keys.noteUse(key.user_id, key.key_id, day);
      }
      expect(await keys.find(key.user_id, key.key_id)).toEqual({ ...key, last_used_day: '2026-11-24' });
    });

    test('a removed key is gone', async () => {
      const keys = underTest();
      const key = anApiKey();
      await keys.create(key);
      await keys.remove(key.user_id, key.key_id);
      await keys.remove(key.user_id, key.key_id);
      expect(await keys.list(key.user_id, noon)).toEqual([]);
    });
  });
}
