import { DomainError } from '@cairn/shared/errors/domain-error';
import type { RevocationRepository, SessionRepository } from './ports.ts';
import { accessOverAt, type Session } from './session.ts';

export interface EndSessionsDeps {
  readonly sessions: SessionRepository;
  readonly revocations: RevocationRepository;
  readonly now: () => Date;
}

export type EndSession = (userId: string, sessionId: string) => Promise<void>;

/** Listed as revoked first: who repeats a call that died in between still finds the session to end. */
export function endSession({ sessions, revocations, now }: EndSessionsDeps): EndSession {
  return async (userId, sessionId) => {
    await revocations.add(sessionId, accessOverAt(now()));
    await sessions.remove(userId, sessionId);
  };
}

/** For users, by the id that the list of sessions told; somebody else's session is as unknown as none. */
export function revokeSession(deps: EndSessionsDeps): EndSession {
  const end = endSession(deps);
  return async (userId, sessionId) => {
    const session = await deps.sessions.find(userId, sessionId);
    if (session === undefined || session.expires_at * 1_000 <= deps.now().getTime()) {
      throw new DomainError('session.not_found');
    }
    await end(userId, sessionId);
  };
}

export type EndSessions = (
  userId: string,
  options?: { readonly keep?: (session: Session) => boolean },
) => Promise<void>;

/** At the beginning of time nothing has expired: what is over and still stored goes too. */
const STORED = new Date(0);

/** Until a pass finds none: a sign-in under way may add one behind the page that was read. */
export function endSessions(deps: EndSessionsDeps): EndSessions {
  const end = endSession(deps);
  return async (userId, { keep = () => false } = {}) => {
    for (;;) {
      const found = await deps.sessions.list(userId, STORED);
      const ending = found.filter((session) => !keep(session));
      if (ending.length === 0) return;
      for (const session of ending) await end(userId, session.session_id);
    }
  };
}
