import { describe, expect, test } from 'vitest';
import type { SessionRepository } from '../domain/ports.ts';
import { aSession, NOON } from '../testing/builders.ts';

const noon = new Date(NOON);

/** What every `SessionRepository` does. */
export function sessionRepositoryContract(name: string, underTest: () => SessionRepository): void {
  describe(`session repository on ${name}`, () => {
    test('a session is listed for its user alone', async () => {
      const sessions = underTest();
      const { user_agent: _none, ...session } = aSession();
      await sessions.create(session);
      await sessions.create(aSession());
      expect(await sessions.list(session.user_id, noon)).toEqual([session]);
    });

    test('creating the same session again, as after a lost answer, makes no second one', async () => {
      const sessions = underTest();
      const session = aSession();
      await sessions.create(session);
      await sessions.create(session);
      expect(await sessions.list(session.user_id, noon)).toEqual([session]);
    });

    test('an expired session is gone, although it has not been removed', async () => {
      const sessions = underTest();
      const session = aSession();
      await sessions.create(session);
      const end = new Date(session.expires_at * 1000);
      expect(await sessions.list(session.user_id, new Date(end.getTime() - 1))).toHaveLength(1);
      expect(await sessions.list(session.user_id, end)).toEqual([]);
    });

    test('one session is removed, the others stay', async () => {
      const sessions = underTest();
      const kept = aSession();
      const ended = aSession({ user_id: kept.user_id });
      await sessions.create(kept);
      await sessions.create(ended);
      await sessions.remove(ended.user_id, ended.session_id);
      await sessions.remove(ended.user_id, ended.session_id);
      expect(await sessions.list(kept.user_id, noon)).toEqual([kept]);
    });

    test("all of a user's sessions are removed, and nobody else's", async () => {
      const sessions = underTest();
      const other = aSession();
      const { user_id } = aSession();
      await sessions.create(other);
      for (let i = 0; i < 5; i++) await sessions.create(aSession({ user_id }));
      await sessions.removeAll(user_id);
      await sessions.removeAll(user_id);
      expect(await sessions.list(user_id, noon)).toEqual([]);
      expect(await sessions.list(other.user_id, noon)).toEqual([other]);
    });
  });
}
