import { describe, expect, test } from 'vitest';
import type { SessionRepository } from '../domain/ports.ts';
import { aSession, NOON } from '../testing/builders.ts';

const noon = new Date(NOON);

/** What every `SessionRepository` does. */
export function sessionRepositoryContract(name: string, underTest: () => SessionRepository): void {
  describe(`session repository on ${name}`, () => {
    test('a session is listed for its user alone', async () => {
      const sessions = underTest();
      const { user_agent: _none, ...session } = aSession({ password_changed_at: NOON });
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

    test('a session is found by user and id together', async () => {
      const sessions = underTest();
      const session = aSession();
      await sessions.create(session);
      expect(await sessions.find(session.user_id, session.session_id)).toEqual(session);
      expect(await sessions.find(aSession().user_id, session.session_id)).toBeUndefined();
    });

    test('of many that rotate the same refresh token one wins, and whoever repeats its own has won', async () => {
      const sessions = underTest();
      const session = aSession();
      await sessions.create(session);
      const nexts = [1, 2, 3, 4, 5].map((n) => ({
        refresh_hash: `hash ${n}`,
        expires_at: session.expires_at + n,
        last_used_day: '2026-11-23',
      }));
      const results = await Promise.all(nexts.map((next) => sessions.rotate(session, next)));
      expect(results.toSorted()).toEqual(['reused', 'reused', 'reused', 'reused', 'rotated']);
      const winner = nexts[results.indexOf('rotated')];
      expect(await sessions.find(session.user_id, session.session_id)).toEqual({ ...session, ...winner });
    });

    test('nothing rotates in a session that is gone', async () => {
      const sessions = underTest();
      const session = aSession();
      const next = { refresh_hash: 'next', expires_at: session.expires_at, last_used_day: '2026-11-23' };
      expect(await sessions.rotate(session, next)).toBe('gone');
      expect(await sessions.find(session.user_id, session.session_id)).toBeUndefined();
    });
  });
}
