import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import {
  exportItemKey,
  type AccountExport,
  type ExportRepository,
} from '../domain/exporting/account-export.ts';

export function memoryExportRepository(outbox: Map<string, CairnEvent[]> = new Map()): ExportRepository {
  const stored = new Map<string, AccountExport>();
  const findThis = (userId: string, exportId: string) => {
    const found = stored.get(userId);
    return found?.export_id === exportId ? found : undefined;
  };
  return {
    find: async (userId) => stored.get(userId),

    async begin(next, replacing, event) {
      const current = stored.get(next.user_id);
      if (current?.export_id === next.export_id) return true;
      if (current?.export_id !== replacing?.export_id) return false;
      stored.set(next.user_id, next);
      outbox.set(exportItemKey(next.user_id), [event]);
      return true;
    },

    async notePart({ userId, exportId }, part, date) {
      const found = findThis(userId, exportId);
      if (found === undefined) return undefined;
      const noted = { ...found, parts: { [part]: date, ...found.parts } };
      stored.set(userId, noted);
      return noted;
    },

    async finish({ userId, exportId }, archive) {
      const found = findThis(userId, exportId);
      if (found === undefined) return false;
      stored.set(userId, { ...found, archive: found.archive ?? archive });
      return true;
    },

    async remove(userId) {
      stored.delete(userId);
      outbox.delete(exportItemKey(userId));
    },
  };
}
