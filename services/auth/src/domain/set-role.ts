import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import { STAFF_KEY, type FollowUp, type StaffRepository } from './account-ports.ts';
import { actRecorded } from './audit.ts';
import type { UserRepository } from './ports.ts';
import { COMMAND_LINE, demandAdmin, roleIn, type Staff, type UserRole } from './staff.ts';

export interface SetRoleDeps {
  readonly users: Pick<UserRepository, 'find'>;
  readonly staff: StaffRepository;
  readonly followUp: FollowUp;
  readonly now: () => Date;
  readonly newId: NewId;
}

export interface RoleChange {
  readonly actor: string;
  readonly userId: string;
  readonly role: UserRole;
  readonly reason: string;
}

export type SetRole = (change: RoleChange) => Promise<UserRole>;

/** The role and its audit record are one write. It counts with the next access token; in auth at once. */
export function setRole(deps: SetRoleDeps): SetRole {
  const { users, staff } = deps;

  const isLiving = async (userId: string) => {
    const user = await users.find(userId);
    return user !== undefined && user.status !== 'deleted';
  };

  /** Exact, because whoever is deleted or disabled leaves the staff first, which changes its revision. */
  async function demandAnotherAdmin(current: Staff, userId: string): Promise<void> {
    for (const [other, role] of Object.entries(current.members)) {
      if (other !== userId && role === 'admin' && (await isLiving(other))) return;
    }
    throw new DomainError('user.last_admin', { hint: 'Make somebody else administrator first.' });
  }

  async function set({ actor, userId, role, reason }: RoleChange): Promise<UserRole> {
    for (;;) {
      const current = await staff.read();
      // Stepping down is everybody's own right.
      if (actor !== userId || role !== 'user') demandAdmin(current, actor);
      const before = roleIn(current, userId);
      if (before === 'user' && !(await isLiving(userId))) throw new DomainError('user.not_found');
      if (before === role) return role;
      if (before === 'admin') await demandAnotherAdmin(current, userId);
      const { [userId]: _before, ...others } = current.members;
      const written = await staff.replace(current, role === 'user' ? others : { ...others, [userId]: role }, {
        changeId: deps.newId('token'),
        events: [
          actRecorded(
            { actor, action: 'role.set', role, subject: userId, reason },
            { id: deps.newId('event'), date: deps.now().toISOString(), revision: current.revision + 1 },
          ),
        ],
      });
      if (written === 'changed') continue;
      await deps.followUp(STAFF_KEY);
      return role;
    }
  }

  return async (change) => {
    const role = await set(change);
    // A deletion that came in between has left the staff before this brought the user in.
    if (role !== 'user' && !(await isLiving(change.userId))) {
      await set({ ...change, actor: COMMAND_LINE, role: 'user', reason: 'The account was deleted.' });
      throw new DomainError('user.not_found');
    }
    return role;
  };
}

export type LeaveStaff = (user: {
  readonly userId: string;
  readonly actor: string;
  readonly reason: string;
}) => Promise<void>;

/** Before an account ends or is put out; refused to the last administrator. */
export function leaveStaff(deps: {
  readonly staff: Pick<StaffRepository, 'read'>;
  readonly setRole: SetRole;
}): LeaveStaff {
  return async ({ userId, actor, reason }) => {
    if (roleIn(await deps.staff.read(), userId) === 'user') return;
    await deps.setRole({ actor, userId, role: 'user', reason });
  };
}
