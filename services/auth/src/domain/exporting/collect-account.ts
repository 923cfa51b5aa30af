import type { Sections } from '@cairn/shared/exports/json-document';
import type { AuditLog, StaffRepository } from '../account-ports.ts';
import type { AuditEntry } from '../audit.ts';
import type { ApiKeyRepository, AttemptStore, SessionRepository, UserRepository } from '../ports.ts';
import { attemptsOn } from '../sign-in-throttle.ts';
import { COMMAND_LINE, roleIn } from '../staff.ts';
import { foldUsername } from '../username.ts';

export interface CollectAccountDeps {
  readonly users: Pick<UserRepository, 'find'>;
  readonly staff: Pick<StaffRepository, 'read'>;
  readonly sessions: Pick<SessionRepository, 'list'>;
  readonly apiKeys: Pick<ApiKeyRepository, 'list'>;
  readonly audit: Pick<AuditLog, 'list'>;
  readonly attempts: Pick<AttemptStore, 'read'>;
  readonly now: () => Date;
}

const PAGE = 100;

/**
 * What auth knows of a user, for an export. Never what opens anything: of the password and the refresh tokens
 * there are hashes only, and those stay here; an API key is not kept at all.
 */
export function collectAccount(deps: CollectAccountDeps): (userId: string) => Promise<Sections> {
  async function* actsAbout(userId: string) {
    let after: string | undefined;
    do {
      const page = await deps.audit.list({ limit: PAGE, after });
      for (const entry of page.entries) {
        if (entry.subject === userId || entry.actor === userId) yield described(entry, userId);
      }
      after = page.next;
    } while (after !== undefined);
  }

  return async (userId) => {
    const user = await deps.users.find(userId);
    if (user === undefined || user.status === 'deleted') return {};
    const at = deps.now();
    const [staff, sessions, keys, failed] = await Promise.all([
      deps.staff.read(),
      deps.sessions.list(userId, at),
      deps.apiKeys.list(userId, at),
      failedSignIns(userId, foldUsername(user.username), at),
    ]);
    const { asin, username, status, date_created, password_changed_at, username_changed_at } = user;
    return {
      account: {
        asin,
        username,
        status,
        role: roleIn(staff, userId),
        date_created,
        password_changed_at,
        username_changed_at,
        renaming: user.renaming,
        former_names: user.former_names ?? [],
      },
      sessions: sessions.map(({ session_id, created_at, expires_at, user_agent, last_used_day }) => ({
        session_id,
        created_at,
        expires_at: new Date(expires_at * 1_000),
        user_agent,
        last_used_day,
      })),
      api_keys: keys.map(({ user_id: _self, expires_at, ...key }) => ({
        ...key,
        expires_at: new Date(expires_at * 1_000),
      })),
      failed_sign_ins: failed,
      administrative_acts: actsAbout(userId),
    };
  };

  /** At the sign-in they count by name, and where a signed-in user proves the password by asin. */
  async function failedSignIns(userId: string, name: string, at: Date) {
    const keys = { at_sign_in: attemptsOn({ name }), signed_in: attemptsOn({ userId }) };
    const found = await deps.attempts.read(Object.values(keys), at);
    return Object.fromEntries(
      Object.entries(keys).map(([where, key]) => [where, found.get(key)?.failures ?? 0]),
    );
  }
}

/** Who else was part of it is told no further than that it was an administrator. */
function described({ date, action, role, reason, actor, subject }: AuditEntry, userId: string) {
  const other = actor === COMMAND_LINE ? COMMAND_LINE : 'an administrator';
  return {
    date,
    action,
    role,
    reason,
    by: actor === userId ? userId : other,
    ...(subject === userId ? { of: userId } : {}),
  };
}
