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
      outbox.set(user.asin, [event]);
      return 'buried';
    },

    async setPassword(user, { password, changedAt }) {
      const current = users.get(user.asin);
      if (current?.status !== 'active' || current.revision !== user.revision) return 'changed';
      users.set(user.asin, {
        ...current,
        password,
        revision: current.revision + 1,
        ...(changedAt === undefined ? {} : { password_changed_at: changedAt }),
      });
      return 'set';
    },

    async finishCleanup(asin) {
      const user = users.get(asin);
      if (user?.status !== 'deleted') return;
      const { cleanup: _done, ...rest } = user;
      users.set(asin, rest);
    },
  };
}
