import { newId } from '@cairn/shared/ids';
import { describe, expect, test } from 'vitest';
import type { AttemptStore } from '../domain/ports.ts';
import { NOON } from '../testing/builders.ts';

const noon = new Date(NOON);
const after = (seconds: number) => new Date(noon.getTime() + seconds * 1_000);
const failing = (at: Date, forgetAt: Date, keepUntil = forgetAt) => ({ at, forgetAt, keepUntil });

/** What every `AttemptStore` does. */
export function attemptStoreContract(name: string, underTest: () => AttemptStore): void {
  describe(`attempts on ${name}`, () => {
    test('failures at once are all counted, and forgotten at their end', async () => {
      const attempts = underTest();
      const key = newId('token');
      const counts = await Promise.all(
        Array.from({ length: 20 }, () => attempts.addFailure(key, failing(noon, after(60)))),
      );
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      const read = await attempts.read([key, newId('token'), newId('token')], noon);
      expect([...read]).toEqual([[key, { failures: 20, blocked_until: 0, known_until: 0 }]]);
      expect((await attempts.read([key], after(60))).size).toBe(0);
    });

    test('a block only ever gets longer', async () => {
      const attempts = underTest();
      const key = newId('token');
      await attempts.addFailure(key, failing(noon, after(60)));
      for (const until of [10, 30, 20]) await attempts.block(key, until);
      expect((await attempts.read([key], noon)).get(key)?.blocked_until).toBe(30);
    });

    test('what is remembered is known and without a failure, and stays known when there are some', async () => {
      const attempts = underTest();
      const key = newId('token');
      await attempts.addFailure(key, failing(noon, after(60)));
      await attempts.block(key, 10);
      await attempts.remember(key, after(60));
      expect((await attempts.read([key], noon)).get(key)).toEqual({
        failures: 0,
        blocked_until: 0,
        known_until: after(60).getTime(),
      });
      expect(await attempts.addFailure(key, failing(noon, after(60)))).toBe(1);
      expect((await attempts.read([key], noon)).get(key)?.known_until).toBe(after(60).getTime());
    });

    test('what was forgotten does not count, although it is still stored', async () => {
      const attempts = underTest();
      const key = newId('token');
      for (let n = 0; n < 3; n++) await attempts.addFailure(key, failing(noon, after(60)));
      const counts = await Promise.all(
        Array.from({ length: 3 }, () => attempts.addFailure(key, failing(after(60), after(120)))),
      );
      expect(counts.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
      expect((await attempts.read([key], after(60))).get(key)?.failures).toBe(3);
    });

    test('failures are forgotten before an address that is known', async () => {
      const attempts = underTest();
      const key = newId('token');
      await attempts.remember(key, after(600));
      await attempts.addFailure(key, failing(noon, after(60), after(600)));
      expect((await attempts.read([key], after(60))).get(key)).toMatchObject({
        failures: 0,
        known_until: after(600).getTime(),
      });
    });
  });
}
