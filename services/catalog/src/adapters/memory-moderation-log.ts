import type { ModerationEntry, ModerationLog } from '../domain/moderation/moderation-log.ts';

export function memoryModerationLog(): ModerationLog {
  const entries = new Map<string, ModerationEntry>();
  return {
    async append(entry) {
      const key = `${entry.asin}/${entry.entry}`;
      if (!entries.has(key)) entries.set(key, structuredClone(entry));
    },
    list: async (asin, limit) =>
      [...entries.values()]
        .filter((each) => each.asin === asin)
        .sort((a, b) => (a.entry < b.entry ? 1 : -1))
        .slice(0, limit),
  };
}
