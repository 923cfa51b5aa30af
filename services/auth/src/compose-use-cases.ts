import type { NewId } from '@cairn/shared/ids';
import type { Logger } from '@cairn/shared/logging/logger';
import type {
  AccountRepository,
  AuditLog,
  DeletionRepository,
  StaffRepository,
} from './domain/account-ports.ts';
import { changePassword } from './domain/change-password.ts';
import { createApiKey } from './domain/create-api-key.ts';
import { deleteUser, type DeleteUserDeps } from './domain/delete-user.ts';
import { endSession, endSessions, revokeSession } from './domain/end-sessions.ts';
import { noteExportPart } from './domain/exporting/assemble-export.ts';
import type { ExportRepository, ExportStore } from './domain/exporting/account-export.ts';
import { getExport } from './domain/exporting/get-export.ts';
import { removeExports } from './domain/exporting/remove-exports.ts';
import { requestExport } from './domain/exporting/request-export.ts';
import { finishDisabling } from './domain/finish-disabling.ts';
import { finishPasswordChange } from './domain/finish-password-change.ts';
import { finishRenaming } from './domain/finish-renaming.ts';
import { finishUserDeletion } from './domain/finish-user-deletion.ts';
import { getDeletion } from './domain/get-deletion.ts';
import { getOwnAccount } from './domain/get-own-account.ts';
import { getPublicProfile } from './domain/get-public-profile.ts';
import { issueWithRoles } from './domain/issue-with-roles.ts';
import { listApiKeys } from './domain/list-api-keys.ts';
import { listAudit } from './domain/list-audit.ts';
import { listSessions } from './domain/list-sessions.ts';
import { notePurge } from './domain/note-purge.ts';
import { openSession } from './domain/open-session.ts';
import type {
  ApiKeyRepository,
  AttemptStore,
  IssueApiKey,
  IssueToken,
  NameClaimRepository,
  PasswordHasher,
  RevocationRepository,
  SessionRepository,
  UserRepository,
} from './domain/ports.ts';
import { planDeletion } from './domain/plan-deletion.ts';
import { refreshSession } from './domain/refresh-session.ts';
import { registerUser } from './domain/register-user.ts';
import { rehashPassword } from './domain/rehash-password.ts';
import { renameUser } from './domain/rename-user.ts';
import { revokeApiKey } from './domain/revoke-api-key.ts';
import type { SessionLifetimes } from './domain/session.ts';
import { leaveStaff, setRole } from './domain/set-role.ts';
import { setUserStatus } from './domain/set-user-status.ts';
import { signInThrottle } from './domain/sign-in-throttle.ts';
import { signIn } from './domain/sign-in.ts';

export interface AuthPorts {
  readonly users: UserRepository;
  readonly accounts: AccountRepository;
  readonly staff: StaffRepository;
  readonly audit: AuditLog;
  readonly deletions: DeletionRepository;
  readonly exports: ExportRepository;
  readonly exportStore: ExportStore;
  /** Starts to relay what waits in an item of the users; the sweep does it later. */
  readonly announce: (key: string) => void;
  readonly names: NameClaimRepository;
  readonly sessions: SessionRepository;
  readonly apiKeys: ApiKeyRepository;
  readonly revocations: Pick<RevocationRepository, 'add' | 'list'>;
  readonly attempts: AttemptStore;
  readonly hasher: PasswordHasher;
  readonly issueToken: IssueToken;
  readonly issueApiKey: IssueApiKey;
  readonly lifetimes: SessionLifetimes;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly newId: NewId;
}

/** The use cases on any ports: those of the service, and the twins of its tests. */
export function composeUseCases(ports: AuthPorts) {
  const { logger } = ports;
  const issuing = { ...ports, issueToken: issueWithRoles(ports.issueToken, ports.staff) };
  const followUp = async (key: string) => ports.announce(key);
  const changeRole = setRole({ ...ports, followUp });
  const deps = {
    ...issuing,
    setRole: changeRole,
    leaveStaff: leaveStaff({ ...ports, setRole: changeRole }),
    finishRenaming: finishRenaming(ports),
    removeExports: removeExports(ports),
    endSession: endSession(ports),
    endSessions: endSessions(ports),
    finishPasswordChange: finishPasswordChange({ ...ports, endSessions: endSessions(ports) }),
    openSession: openSession(issuing),
    throttle: signInThrottle(ports),
    rehashPassword: rehashPassword({
      ...ports,
      onFailure: (error) => logger.warn({ err: error }, 'a password could not be hashed anew'),
    }),
  };
  const disabling = finishDisabling(deps);
  return {
    ...deps,
    finishAccount: async (userId: string) => {
      await deps.finishRenaming(userId);
      await deps.finishPasswordChange(userId);
      await disabling(userId);
    },
    setUserStatus: setUserStatus({ ...deps, finishDisabling: disabling, followUp }),
    renameUser: renameUser(deps),
    listAudit: listAudit(deps),
    getPublicProfile: getPublicProfile(deps),
    planDeletion: planDeletion(deps),
    getDeletion: getDeletion(deps),
    requestExport: requestExport(deps),
    getExport: getExport(deps),
    noteExportPart: noteExportPart(deps),
    notePurge: notePurge(deps),
    registerUser: registerUser(deps),
    signIn: signIn(deps),
    refreshSession: refreshSession({
      ...deps,
      onReuse: ({ userId, sessionId }) =>
        logger.warn({ user_id: userId, session_id: sessionId }, 'a retired refresh token came again'),
    }),
    revokeSession: revokeSession(deps),
    listSessions: listSessions(deps),
    changePassword: changePassword(deps),
    createApiKey: createApiKey(deps),
    listApiKeys: listApiKeys(deps),
    revokeApiKey: revokeApiKey(deps),
    getOwnAccount: getOwnAccount(deps),
    finishUserDeletion: finishUserDeletion(deps),
    deleteUserWith: (followUp: DeleteUserDeps['followUp']) => deleteUser({ ...deps, followUp }),
  };
}
