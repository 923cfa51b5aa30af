import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import { newId } from '@cairn/shared/ids';
import { describe, expect, test } from 'vitest';
import type { AccountExport, ExportRepository } from '../domain/exporting/account-export.ts';
import { NOON } from '../testing/builders.ts';

const LATER = '2026-11-22T12:00:01.000Z';
const ARCHIVE = { size_bytes: 10, sha256: 'a'.repeat(64), date: NOON };

function anExport(userId = newId('user')): AccountExport {
  return { user_id: userId, export_id: newId('export'), date_requested: NOON, parts: {} };
}

const wishFor = ({ user_id, export_id }: AccountExport): CairnEvent => ({
  id: newId('event'),
  type: 'user.export_requested',
  occurred_at: NOON,
  revision: 1,
  user_id,
  export_id,
});

const idOf = ({ user_id: userId, export_id: exportId }: AccountExport) => ({ userId, exportId });

/** What every `ExportRepository` does. `waiting`: the events in the user's item of exports. */
export function exportRepositoryContract(
  name: string,
  underTest: () => { exports: ExportRepository; waiting: (userId: string) => Promise<CairnEvent[]> },
): void {
  describe(`exports on ${name}`, () => {
    test('begin with their event, and a repeated write knows itself', async () => {
      const { exports, waiting } = underTest();
      const first = anExport();
      const wish = wishFor(first);
      expect(await exports.begin(first, undefined, wish)).toBe(true);
      expect(await exports.begin(first, undefined, wish)).toBe(true);
      expect(await exports.find(first.user_id)).toEqual(first);
      expect(await waiting(first.user_id)).toEqual([wish]);
    });

    test('of many that begin at once one does, and it is replaced only as it was read', async () => {
      const { exports } = underTest();
      const userId = newId('user');
      const all = Array.from({ length: 6 }, () => anExport(userId));
      const begun = await Promise.all(all.map((each) => exports.begin(each, undefined, wishFor(each))));
      expect(begun.filter(Boolean)).toHaveLength(1);
      const [next, late] = [anExport(userId), anExport(userId)];
      const current = await exports.find(userId);
      expect(await exports.begin(next, current, wishFor(next))).toBe(true);
      expect(await exports.begin(late, current, wishFor(late))).toBe(false);
      expect((await exports.find(userId))?.export_id).toBe(next.export_id);
    });

    test('note each part once, and the first archive', async () => {
      const { exports } = underTest();
      const each = anExport();
      await exports.begin(each, undefined, wishFor(each));
      expect((await exports.notePart(idOf(each), 'account', NOON))?.parts).toEqual({ account: NOON });
      expect((await exports.notePart(idOf(each), 'account', LATER))?.parts).toEqual({ account: NOON });
      await exports.notePart(idOf(each), 'uploads', LATER);
      expect(await exports.finish(idOf(each), ARCHIVE)).toBe(true);
      expect(await exports.finish(idOf(each), { ...ARCHIVE, size_bytes: 11 })).toBe(true);
      expect(await exports.find(each.user_id)).toEqual({
        ...each,
        parts: { account: NOON, uploads: LATER },
        archive: ARCHIVE,
      });
    });

    test('that were replaced or removed take nothing more', async () => {
      const { exports } = underTest();
      const old = anExport();
      await exports.begin(old, undefined, wishFor(old));
      const next = anExport(old.user_id);
      await exports.begin(next, old, wishFor(next));
      expect(await exports.notePart(idOf(old), 'account', NOON)).toBeUndefined();
      expect(await exports.finish(idOf(old), ARCHIVE)).toBe(false);
      await exports.remove(next.user_id);
      expect(await exports.notePart(idOf(next), 'account', NOON)).toBeUndefined();
      expect(await exports.finish(idOf(next), ARCHIVE)).toBe(false);
      expect(await exports.find(next.user_id)).toBeUndefined();
      await exports.remove(next.user_id);
    });
  });
}
