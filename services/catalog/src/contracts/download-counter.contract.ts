import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { hourOf, type DownloadCounter } from '../domain/downloads/count-downloads.ts';
import { aGrant } from '../testing/builders.ts';

export function downloadCounterContract(name: string, make: () => DownloadCounter): void {
  describe(`download counter: ${name}`, () => {
    it('counts each grant once, over hours and days', async () => {
      const counter = make();
      const asin = newId('asset');
      const times = [
        '2026-11-22T12:00:00.000Z',
        '2026-11-22T12:59:59.999Z',
        '2026-11-22T13:00:00.000Z',
        '2026-11-23T12:00:00.000Z',
      ];
      const grants = times.map((at) => aGrant({ asin, at }));
      for (const grant of [...grants, ...grants]) await counter.mark(grant);
      const hours = [...new Set(times.map(hourOf))];
      expect(await counter.total(asin, hours)).toBe(4);
      expect(await counter.total(asin, hours)).toBe(4);
      expect(await counter.total(newId('asset'), [])).toBe(0);
    });
  });
}
