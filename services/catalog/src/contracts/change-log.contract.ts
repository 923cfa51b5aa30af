import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { Change, ChangeLog } from '../domain/replica/change-log.ts';
import { AT } from '../testing/builders.ts';

const aChange = (): Change => ({
  id: newId('event'),
  type: 'asset.changed',
  asin: newId('asset'),
  revision: 1,
  at: AT,
});

/** `make` gives logs that share one storage, as the replicas of the service do, at a time of its own. */
export function changeLogContract(name: string, make: (now?: () => Date) => ChangeLog): void {
  describe(`change log: ${name}`, () => {
    it('numbers densely and gives back what was appended, in order', async () => {
      const log = make();
      const before = await log.head();
      const changes = [aChange(), aChange(), aChange()];
      for (const [i, change] of changes.entries()) expect(await log.append(change)).toBe(before + i + 1);
      expect(await log.head()).toBe(before + 3);
      const logged = await log.after(before, 10);
      expect(logged.map((each) => each.change)).toEqual(changes);
      expect(logged.map((each) => each.seq)).toEqual([before + 1, before + 2, before + 3]);
      expect(await log.after(before + 1, 1)).toEqual(logged.slice(1, 2));
      expect(await log.after(before + 3, 10)).toEqual([]);
    });

    it('keeps totals of downloads', async () => {
      const log = make();
      const change: Change = {
        id: newId('event'),
        type: 'downloads.counted',
        totals: { asset_a: 3 },
        at: AT,
      };
      const seq = await log.append(change);
      expect(await log.after(seq - 1, 1)).toEqual([{ seq, change }]);
    });

    it('appends a change once, however often it is asked to', async () => {
      const log = make();
      const change = aChange();
      const seq = await log.append(change);
      await log.append(aChange());
      expect(await log.append(change)).toBe(seq);
      expect((await log.after(seq, 100)).filter((each) => each.change.id === change.id)).toEqual([]);
    });

    it('loses its oldest changes when it is told to, never young ones nor the newest', async () => {
      const log = make();
      for (let i = 0; i < 5; i += 1) await log.append(aChange());
      const head = await log.head();
      const first = (await log.after(0, 1))[0]?.seq ?? 0;
      expect(await log.trim(head, new Date('2026-01-01T00:00:00.000Z'))).toBe(0);
      expect((await log.after(0, 1))[0]?.seq).toBe(first);

      const later = new Date(Date.now() + 90 * 86_400_000);
      const logMuchLater = make(() => later);
      expect(await logMuchLater.trim(head - 2, later)).toBe(head - 2 - first + 1);
      expect((await log.after(0, 9)).map(({ seq }) => seq)).toEqual([head - 1, head]);
      expect(await logMuchLater.trim(head + 5, later)).toBe(1);
      expect(await log.head()).toBe(head);
      expect(await log.append(aChange())).toBe(head + 1);
    });

    it('stays dense and without repeats under many appenders at once', async () => {
      const logs = [make(), make(), make()];
      const before = (await logs[0]?.head()) ?? 0;
      const changes = Array.from({ length: 20 }, aChange);
      await Promise.all(logs.flatMap((log) => changes.map((change) => log.append(change))));
      const logged = (await logs[0]?.after(before, 1_000)) ?? [];
      expect(logged.map((each) => each.seq)).toEqual(logged.map((_, i) => before + i + 1));
      expect(logged.map((each) => each.change.id).sort()).toEqual(changes.map((each) => each.id).sort());
    });
  });
}
