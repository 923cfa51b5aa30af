import { DomainError } from '@cairn/shared/errors/domain-error';
import type { Account } from './open-session.ts';
import type { UserRepository } from './ports.ts';

export type GetOwnAccount = (userId: string) => Promise<Account>;

/** A token outlives the account that it was issued for; here it ends with it. */
export function getOwnAccount({ users }: { readonly users: UserRepository }): GetOwnAccount {
  return async (userId) => {
    const user = await users.find(userId);
    if (user?.status !== 'active') throw new DomainError('auth.invalid_token');
    return { asin: user.asin, username: user.username, date_created: user.date_created };
  };
}
