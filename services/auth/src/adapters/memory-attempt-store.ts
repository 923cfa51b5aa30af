import type { AttemptRecord, AttemptStore } from '../domain/ports.ts';

export function memoryAttemptStore(): AttemptStore {
  const items = new Map<string, AttemptRecord & { until: number }>();
  const empty = { failures: 0, blocked_until: 0, known: false, until: 0 };
  return {
    async read(keys, at) {
      const live = new Map<string, AttemptRecord>();
      for (const key of keys) {
        const { until, ...record } = items.get(key) ?? empty;
        if (until > at.getTime()) live.set(key, record);
      }
      return live;
    },
    async addFailure(key, until) {
      const item = items.get(key) ?? empty;
      items.set(key, { ...item, failures: item.failures + 1, until: until.getTime() });
      return item.failures + 1;
    },
    async block(key, until) {
      const item = items.get(key);
      if (item !== undefined) items.set(key, { ...item, blocked_until: Math.max(item.blocked_until, until) });
    },
    async remember(key, until) {
      items.set(key, { failures: 0, blocked_until: 0, known: true, until: until.getTime() });
    },
  };
}
