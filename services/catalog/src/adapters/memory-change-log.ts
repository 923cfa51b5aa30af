import type { Change, ChangeLog } from '../domain/replica/change-log.ts';

export function memoryChangeLog(): ChangeLog {
  const entries: Change[] = [];
  return {
    async append(change) {
      const known = entries.findIndex((entry) => entry.id === change.id);
      return known >= 0 ? known + 1 : entries.push(structuredClone(change));
    },
    head: async () => entries.length,
    after: async (seq, limit) =>
      entries.slice(seq, seq + limit).map((change, i) => ({ seq: seq + i + 1, change })),
  };
}
