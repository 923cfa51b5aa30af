import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { CountRow, CountStore } from '../domain/downloads/count-store.ts';

export function countStoreContract(name: string, make: () => CountStore): void {
  describe(`count store: ${name}`, () => {
    const aScope = () => `${newId('asset')}#2026-11-22`;
    const aRow = (scope: string, entry: string, raw = 1): CountRow => ({
      scope,
      entry,
      tally: {
        raw,
        unique: 1,
        releases: { '1.0.0': { raw, unique: 1 } },
        engines: { '4.2': { raw, unique: 1 } },
      },
      claim: `${scope}#f#c`,
      expiresAt: 1_800_000_000,
    });

    it('gives a claim to whoever asks first, and tells every later one who that was', async () => {
      const store = make();
      const [a, b] = [aScope(), aScope()];
      const claim = (scope: string, owner: string) => ({ scope, owner, expiresAt: 1_800_000_000 });
      expect(await store.claim([claim(a, 'first')])).toEqual(new Map([[a, 'first']]));
      expect(await store.claim([claim(a, 'second'), claim(b, 'second')])).toEqual(
        new Map([
          [a, 'first'],
          [b, 'second'],
        ]),
      );
      expect(await store.claim([claim(a, 'first')])).toEqual(new Map([[a, 'first']]));
      await store.removeClaims([a]);
      expect(await store.claim([claim(a, 'third')])).toEqual(new Map([[a, 'third']]));
      expect(await store.claim([])).toEqual(new Map());
    });

    it('gives one claim to one of many who ask at once', async () => {
      const store = make();
      const scope = aScope();
      const asked = Array.from({ length: 8 }, (_, n) =>
        store.claim([{ scope, owner: `g${n}`, expiresAt: 1 }]),
      );
      const owners = (await Promise.all(asked)).map((each) => each.get(scope));
      expect(new Set(owners).size).toBe(1);
    });

    it('lists what was put, in order, all of a scope and between two entries', async () => {
      const store = make();
      const scope = aScope();
      const rows = Array.from({ length: 130 }, (_, i) => aRow(scope, `e${String(i).padStart(3, '0')}`));
      await store.put([...rows].reverse());
      await store.put(rows.slice(0, 3));
      expect(await store.list(scope)).toEqual(rows);
      expect(await store.list(scope, { from: 'e010', to: 'e012' })).toEqual(rows.slice(10, 13));
      expect(await store.list(aScope())).toEqual([]);
      expect(await store.get(rows[7] ?? { scope, entry: '' })).toEqual(rows[7]);
      await store.remove(rows.slice(1));
      expect(await store.list(scope)).toEqual(rows.slice(0, 1));
    });

    it('raises a total and never lowers it', async () => {
      const store = make();
      const scope = aScope();
      for (const raw of [3, 5, 4, 5]) await store.raise(aRow(scope, 'total', raw));
      expect(await store.get({ scope, entry: 'total' })).toEqual(aRow(scope, 'total', 5));
      expect(await store.get({ scope, entry: 'none' })).toBeUndefined();
    });
  });
}
