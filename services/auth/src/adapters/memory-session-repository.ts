import type { SessionRepository } from '../domain/ports.ts';
import type { Session } from '../domain/session.ts';

export function memorySessionRepository(): SessionRepository {
  const sessions = new Map<string, Session>();
  const find = (userId: string, sessionId: string) => {
    const session = sessions.get(sessionId);
    return session?.user_id === userId ? session : undefined;
  };
  return {
    async create(session) {
      sessions.set(session.session_id, session);
    },

    async find(userId, sessionId) {
      return find(userId, sessionId);
    },

    async list(userId, at) {
      return [...sessions.values()].filter(
        (session) => session.user_id === userId && session.expires_at * 1000 > at.getTime(),
      );
    },

    async rotate(session, next) {
      const current = find(session.user_id, session.session_id);
      if (current === undefined) return 'gone';
      if (current.refresh_hash !== session.refresh_hash) return 'reused';
      sessions.set(session.session_id, { ...current, ...next });
      return 'rotated';
    },

    async remove(userId, sessionId) {
      if (find(userId, sessionId) !== undefined) sessions.delete(sessionId);
    },
  };
}
