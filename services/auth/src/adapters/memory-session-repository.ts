import type { SessionRepository } from '../domain/ports.ts';
import type { Session } from '../domain/session.ts';

export function memorySessionRepository(): SessionRepository {
  const sessions = new Map<string, Session>();
  return {
    async create(session) {
      sessions.set(session.session_id, session);
    },

    async list(userId, at) {
      return [...sessions.values()].filter(
        (session) => session.user_id === userId && session.expires_at * 1000 > at.getTime(),
      );
    },

    async remove(userId, sessionId) {
      if (sessions.get(sessionId)?.user_id === userId) sessions.delete(sessionId);
    },

    async removeAll(userId) {
      for (const session of sessions.values()) {
        if (session.user_id === userId) sessions.delete(session.session_id);
      }
    },
  };
}
