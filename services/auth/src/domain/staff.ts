import { DomainError } from '@cairn/shared/errors/domain-error';

export const USER_ROLES = ['user', 'moderator', 'admin'] as const;
export type UserRole = (typeof USER_ROLES)[number];
export type StaffRole = Exclude<UserRole, 'user'>;

/**
 * Everybody who is more than a user, in one item: so "there is always an administrator" is one conditional write.
 * Who is not in it is a user.
 */
export interface Staff {
  readonly members: Readonly<Record<string, StaffRole>>;
  /** 0: nobody was ever named. */
  readonly revision: number;
}

export const roleIn = (staff: Staff, userId: string): UserRole => staff.members[userId] ?? 'user';

/** What a token says: administrators may do what moderators may. */
export function rolesOf(role: UserRole): readonly StaffRole[] {
  if (role === 'admin') return ['admin', 'moderator'];
  return role === 'moderator' ? ['moderator'] : [];
}

/** Stands for the command line in the audit log. */
export const COMMAND_LINE = 'command';

/** The item, not the token: who was demoted a moment ago does nothing more here. */
export function demandAdmin(staff: Staff, actor: string): void {
  if (actor !== COMMAND_LINE && roleIn(staff, actor) !== 'admin') throw new DomainError('auth.role_required');
}
