import { DomainError } from '@cairn/shared/errors/domain-error';
import type { StaffRepository } from './account-ports.ts';
import type { Account } from './open-session.ts';
import type { UserRepository } from './ports.ts';
import { renameableAt } from './rename-user.ts';
import { roleIn, type UserRole } from './staff.ts';

export interface OwnAccount extends Account {
  readonly role: UserRole;
  /** Null: now. */
  readonly username_changeable_at: string | null;
}

export type GetOwnAccount = (userId: string) => Promise<OwnAccount>;

export interface GetOwnAccountDeps {
  readonly users: Pick<UserRepository, 'find'>;
  readonly staff: Pick<StaffRepository, 'read'>;
  readonly now: () => Date;
}

/** A token outlives the account that it was issued for; here it ends with it. */
export function getOwnAccount({ users, staff, now }: GetOwnAccountDeps): GetOwnAccount {
  return async (userId) => {
    const user = await users.find(userId);
    if (user?.status !== 'active') throw new DomainError('auth.invalid_token');
    return {
      asin: user.asin,
      username: user.username,
      date_created: user.date_created,
      role: roleIn(await staff.read(), userId),
      username_changeable_at: renameableAt(user, now())?.toISOString() ?? null,
    };
  };
}
