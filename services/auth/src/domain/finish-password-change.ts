import type { EndSessions } from './end-sessions.ts';
import type { UserRepository } from './ports.ts';
import { isOfPassword } from './session.ts';

export type FinishPasswordChange = (userId: string) => Promise<void>;

/** Ends the sessions of earlier passwords; they are refused already, and go from the list too. */
export function finishPasswordChange(deps: {
  readonly users: Pick<UserRepository, 'find'>;
  readonly endSessions: EndSessions;
}): FinishPasswordChange {
  return async (userId) => {
    const user = await deps.users.find(userId);
    if (user === undefined || user.status === 'deleted' || user.password_changed_at === undefined) return;
    await deps.endSessions(userId, { keep: (session) => isOfPassword(session, user) });
  };
}
