import { describe, expect, test } from 'vitest';
import type { SigningKeyStorage } from '../domain/ports.ts';

/** What every `SigningKeyStorage` does. */
export function keyStorageContract(name: string, underTest: () => SigningKeyStorage): void {
  describe(`storage of signing keys ${name}`, () => {
    test('is empty, then holds what was written', async () => {
      const storage = underTest();
      expect(await storage.read()).toBeUndefined();
      expect(await storage.write('first', undefined)).toBe(true);
      expect(await storage.read()).toEqual({ text: 'first', version: expect.any(String) });
    });

    test('the first text of several that are written at once wins, and no other replaces it unread', async () => {
      const storage = underTest();
      const results = await Promise.all(['a', 'b', 'c'].map((text) => storage.write(text, undefined)));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect((await storage.read())?.text).toBe(['a', 'b', 'c'][results.indexOf(true)]);
    });

    test('of two who replace the same version one wins', async () => {
      const storage = underTest();
      await storage.write('first', undefined);
      const { version } = (await storage.read()) ?? {};
      const results = await Promise.allSettled([
        storage.write('one', version),
        storage.write('other', version),
      ]);
      const won = results.filter((each) => each.status === 'fulfilled' && each.value);
      expect(won).toHaveLength(1);
      const now = await storage.read();
      expect(now?.text).toBe(results[0] === won[0] ? 'one' : 'other');
      expect(await storage.write('late', version)).toBe(false);
      expect(await storage.write('next', now?.version)).toBe(true);
      expect((await storage.read())?.text).toBe('next');
    });
  });
}
