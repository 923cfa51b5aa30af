import type { AccountRepository, LivingUser } from '../domain/account-ports.ts';
import type { MemoryUserRepository } from './memory-user-repository.ts';

/** On the same memory as the repository of users. */
export function memoryAccountRepository({ users, outbox }: MemoryUserRepository): AccountRepository {
  return {
    async change(user, changes, { changeId, events = [] }) {
      const current = users.get(user.asin);
      if (current === undefined || current.status === 'deleted') return 'changed';
      if (current.last_change_id === changeId) return 'written';
      if (current.revision !== user.revision || current.status !== user.status) return 'changed';
      const next = { ...current, ...changes, revision: user.revision + 1, last_change_id: changeId };
      const present = Object.entries(next).filter(([, value]) => value !== undefined);
      users.set(user.asin, Object.fromEntries(present) as unknown as LivingUser);
      outbox.set(user.asin, [...(outbox.get(user.asin) ?? []), ...events]);
      return 'written';
    },
  };
}
