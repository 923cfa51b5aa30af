import type { StaffRepository } from './account-ports.ts';
import type { IssueToken } from './ports.ts';
import { roleIn, rolesOf } from './staff.ts';

/** Access tokens name the roles that their user has at that moment; API keys never name any. */
export function issueWithRoles(issueToken: IssueToken, staff: Pick<StaffRepository, 'read'>): IssueToken {
  return async (claims) => {
    const roles = rolesOf(roleIn(await staff.read(), claims.sub));
    return issueToken(roles.length === 0 ? claims : { ...claims, roles });
  };
}
