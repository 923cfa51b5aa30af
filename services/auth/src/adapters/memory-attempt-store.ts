import type { AttemptRecord, AttemptStore } from '../domain/ports.ts';

interface Item {
  readonly failures: number;
  readonly forget_at: number;
  readonly blocked_until: number;
  readonly known: boolean;
  readonly until: number;
}

export function memoryAttemptStore(): AttemptStore {
  const items = new Map<string, Item>();
  const empty: Item = { failures: 0, forget_at: 0, blocked_until: 0, known: false, until: 0 };
  return {
    async read(keys, at) {
      const live = new Map<string, AttemptRecord>();
      for (const key of keys) {
        const item = items.get(key) ?? empty;
        if (item.until <= at.getTime()) continue;
        live.set(key, {
          failures: item.forget_at > at.getTime() ? item.failures : 0,
          blocked_until: item.blocked_until,
          known_until: item.known ? item.until : 0,
        });
      }
      return live;
    },
    async addFailure(key, { at, forgetAt, keepUntil }) {
      const item = items.get(key) ?? empty;
      const failures = (item.forget_at > at.getTime() ? item.failures : 0) + 1;
      items.set(key, { ...item, failures, forget_at: forgetAt.getTime(), until: keepUntil.getTime() });
      return failures;
    },
    async block(key, until) {
      const item = items.get(key);
      if (item !== undefined) items.set(key, { ...item, blocked_until: Math.max(item.blocked_until, until) });
    },
    async remember(key, until) {
      items.set(key, { ...empty, known: true, until: until.getTime() });
    },
  };
}
