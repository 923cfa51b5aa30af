import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import type { AccountRepository, FollowUp, LivingUser, StaffRepository } from './account-ports.ts';
import { actRecorded } from './audit.ts';
import type { FinishDisabling } from './finish-disabling.ts';
import type { UserRepository } from './ports.ts';
import type { LeaveStaff } from './set-role.ts';
import { demandAdmin } from './staff.ts';
import { unfinished } from './unfinished.ts';

export interface SetUserStatusDeps {
  readonly users: Pick<UserRepository, 'find'>;
  readonly accounts: AccountRepository;
  readonly staff: Pick<StaffRepository, 'read'>;
  readonly leaveStaff: LeaveStaff;
  readonly finishDisabling: FinishDisabling;
  readonly followUp: FollowUp;
  readonly now: () => Date;
  readonly newId: NewId;
}

export type SetUserStatus = (input: {
  readonly actor: string;
  readonly userId: string;
  readonly status: LivingUser['status'];
  readonly reason: string;
}) => Promise<LivingUser['status']>;

/**
 * Whoever is disabled has left the staff before, for good. Status, audit record and the to-do (sessions and keys
 * end) are one write; enabling brings back the account, and none of the sessions and keys.
 */
export function setUserStatus(deps: SetUserStatusDeps): SetUserStatus {
  const { users, accounts, newId } = deps;
  return async ({ actor, userId, status, reason }) => {
    for (;;) {
      demandAdmin(await deps.staff.read(), actor);
      const user = await users.find(userId);
      if (user === undefined || user.status === 'deleted') throw new DomainError('user.not_found');
      if (status === 'disabled') await deps.leaveStaff({ userId, actor, reason });
      if (user.status !== status) {
        const at = { date: deps.now().toISOString(), revision: user.revision + 1 };
        const action = status === 'disabled' ? 'user.disabled' : 'user.enabled';
        const recorded = actRecorded(
          { actor, action, subject: userId, reason },
          { id: newId('event'), ...at },
        );
        const todo = unfinished(userId, { id: newId('event'), ...at });
        const written = await accounts.change(
          user,
          { status, date_disabled: status === 'disabled' ? at.date : undefined },
          { changeId: newId('token'), events: [recorded, todo] },
        );
        if (written === 'changed') continue;
      }
      if (status === 'disabled') await deps.finishDisabling(userId);
      await deps.followUp(userId);
      return status;
    }
  };
}
