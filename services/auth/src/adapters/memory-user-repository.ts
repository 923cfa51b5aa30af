import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import type { UserRepository } from '../domain/ports.ts';
import type { User } from '../domain/user.ts';

export interface MemoryUserRepository extends UserRepository {
  /** What waits in the user's item to be published. */
  readonly outbox: Map<string, CairnEvent[]>;
  readonly users: Map<string, User>;
}

export function memoryUserRepository(): MemoryUserRepository {
  const users = new Map<string, User>();
  const outbox = new Map<string, CairnEvent[]>();
  return {
    users,
    outbox,

    async find(asin) {
      return users.get(asin);
    },

    async create(user) {
      const existing = users.get(user.asin);
      if (existing === undefined) users.set(user.asin, user);
      else if (existing.status !== 'active' || existing.password !== user.password) {
        throw new Error(`the id ${user.asin} belongs to another user`);
      }
    },

    async discard(asin) {
      if (users.get(asin)?.status === 'active') users.delete(asin);
    },

    async bury(user, tombstone, event) {
      const current = users.get(user.asin);
      if (current?.status === 'deleted') return 'buried';
      if (current?.revision !== user.revision) return 'changed';
      users.set(user.asin, tombstone);
      const acts = (outbox.get(user.asin) ?? []).filter(({ type }) => type === 'user.act_recorded');
      outbox.set(user.asin, [...acts, event]);
      return 'buried';
    },

    async setHash(user, hash) {
      const current = users.get(user.asin);
      if (current?.status !== 'active' || current.revision !== user.revision) return;
      users.set(user.asin, { ...current, password: hash, revision: current.revision + 1 });
    },

    async finishCleanup(asin) {
      const user = users.get(asin);
      if (user?.status !== 'deleted') return;
      const { cleanup: _done, ...rest } = user;
      users.set(asin, rest);
    },
  };
}
