import { describe, expect, it } from 'vitest';
import type { SaltStore } from '../domain/downloads/daily-salt.ts';

/** `make` gives the same store every time: the days of these tests are of no other one's. */
export function saltStoreContract(name: string, make: () => SaltStore): void {
  describe(`salt store: ${name}`, () => {
    it('has one salt a day, whoever asks and how many at once', async () => {
      const store = make();
      const salts = await Promise.all(['a', 'b', 'c'].map((proposal) => store.agree('2031-01-01', proposal)));
      expect(new Set(salts).size).toBe(1);
      expect(await store.agree('2031-01-01', 'late')).toBe(salts[0]);
      expect(await store.agree('2031-01-02', 'other')).toBe('other');
    });

    it('forgets the days before one', async () => {
      const store = make();
      for (const day of ['2032-01-01', '2032-01-02', '2032-01-03']) await store.agree(day, 'first');
      await store.forgetBefore('2032-01-02');
      const now = ['2032-01-01', '2032-01-02', '2032-01-03'].map((day) => store.agree(day, 'second'));
      expect(await Promise.all(now)).toEqual(['second', 'first', 'first']);
    });
  });
}
