import type { Change, ChangeLog, LoggedChange } from '../domain/replica/change-log.ts';

export function memoryChangeLog(now: () => Date = () => new Date()): ChangeLog {
  const places = new Map<string, number>();
  let entries: (LoggedChange & { readonly loggedAt: Date })[] = [];
  return {
    async append(change) {
      const known = places.get(change.id);
      if (known !== undefined) return known;
      const seq = places.size + 1;
      places.set(change.id, seq);
      entries.push({ seq, change: structuredClone<Change>(change), loggedAt: now() });
      return seq;
    },
    head: async () => places.size,
    after: async (seq, limit) =>
      entries
        .filter((each) => each.seq > seq)
        .slice(0, limit)
        .map(({ seq: at, change }) => ({ seq: at, change })),
    async trim(upTo, loggedBefore) {
      const isOld = (each: (typeof entries)[number]) =>
        each.seq <= upTo && each.loggedAt < loggedBefore && each.seq < places.size;
      const young = entries.findIndex((each) => !isOld(each));
      const removed = young < 0 ? entries.length : young;
      entries = entries.slice(removed);
      return removed;
    },
  };
}
