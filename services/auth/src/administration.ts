import type { Document } from '@cairn/shared/aws/clients';
import { newId } from '@cairn/shared/ids';
import { dynamoNameClaims } from './adapters/dynamo-name-claims.ts';
import { dynamoStaffRepository } from './adapters/dynamo-staff-repository.ts';
import { dynamoUserRepository } from './adapters/dynamo-user-repository.ts';
import { setRole } from './domain/set-role.ts';
import { COMMAND_LINE, type UserRole } from './domain/staff.ts';
import { foldUsername, parseUsername } from './domain/username.ts';

export interface Administration {
  /** By username, in any spelling; `unknown` when nobody has it. Rejects with a `DomainError`. */
  setRole(username: string, role: UserRole, reason: string): Promise<{ asin: string } | 'unknown'>;
  staff(): Promise<{ asin: string; role: UserRole; username: string }[]>;
}

/** For the command line, straight on the table; the service's relay carries the audit records on. */
export function openAdministration(document: Document, usersTable: string): Administration {
  const users = dynamoUserRepository(document, usersTable);
  const names = dynamoNameClaims(document, usersTable);
  const staff = dynamoStaffRepository(document, usersTable);
  const change = setRole({ users, staff, followUp: async () => undefined, now: () => new Date(), newId });
  return {
    async setRole(username, role, reason) {
      const parsed = parseUsername(username);
      const claim = parsed.ok ? await names.find(parsed.username.folded) : undefined;
      const user = claim && (await users.find(claim.user_id));
      if (user?.status !== 'active' || foldUsername(user.username) !== claim?.name) return 'unknown';
      await change({ actor: COMMAND_LINE, userId: user.asin, role, reason });
      return { asin: user.asin };
    },

    async staff() {
      const members = Object.entries((await staff.read()).members);
      return Promise.all(
        members.map(async ([asin, role]) => {
          const user = await users.find(asin);
          return {
            asin,
            role,
            username: user === undefined || user.status === 'deleted' ? '' : user.username,
          };
        }),
      );
    },
  };
}
