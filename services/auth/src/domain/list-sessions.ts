import type { SessionRepository } from './ports.ts';
import type { Session } from './session.ts';

export type ListSessions = (userId: string) => Promise<Session[]>;

/** What is open now, the one that was used last in front. */
export function listSessions(deps: {
  readonly sessions: SessionRepository;
  readonly now: () => Date;
}): ListSessions {
  const order = (session: Session) => `${session.last_used_day} ${session.created_at}`;
  return async (userId) => {
    const found = await deps.sessions.list(userId, deps.now());
    return found.toSorted((a, b) => (order(a) < order(b) ? 1 : -1));
  };
}
