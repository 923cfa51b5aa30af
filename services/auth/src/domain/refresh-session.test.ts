import { describe, expect, test } from 'vitest';
import { NOON, PASSWORD } from '../testing/builders.ts';
import { memoryAuth } from '../testing/memory-auth.ts';
import { parseRefreshToken } from './refresh-token.ts';
import { refreshSession } from './refresh-session.ts';
import type { Session } from './session.ts';

const mara = { username: 'mara', password: PASSWORD, userAgent: 'test' };
const refused = { code: 'auth.invalid_refresh_token' };
const DAY_MS = 86_400_000;

async function withMara() {
  const auth = memoryAuth();
  const first = await auth.registerUser(mara);
  const { userId = '', sessionId = '' } = parseRefreshToken(first.refreshToken) ?? {};
  return { ...auth, auth, first, userId, sessionId };
}

describe('refreshSession', () => {
  test('gives tokens of the same session, and another refresh token each time', async () => {
    const { refreshSession, verify, first, sessionId, userId } = await withMara();
    const second = await refreshSession(first.refreshToken);
    const third = await refreshSession(second.refreshToken);
    expect(new Set([first, second, third].map((each) => each.refreshToken)).size).toBe(3);
    expect(await verify(third.token)).toMatchObject({ userId, sessionId });
    expect(third.user).toEqual(first.user);
  });

  test('a retired token ends the family: neither it nor the newest is good, nor the access tokens', async () => {
    const { refreshSession, verify, first, sessions, userId, auth } = await withMara();
    const second = await refreshSession(first.refreshToken);
    await expect(refreshSession(first.refreshToken)).rejects.toMatchObject(refused);
    await expect(refreshSession(second.refreshToken)).rejects.toMatchObject(refused);
    await expect(verify(second.token)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    expect(await sessions.list(userId, auth.now())).toEqual([]);
    await expect(auth.signIn(mara)).resolves.toBeDefined();
  });

  test('a process that dies while it ends the family leaves nobody who could go on with it', async () => {
    const { auth, first, sessions, userId } = await withMara();
    const second = await auth.refreshSession(first.refreshToken);
    const endSession = async () => {
      throw new Error('killed');
    };
    const dying = refreshSession({ ...auth, endSession, onReuse: () => undefined });
    await expect(dying(first.refreshToken)).rejects.toThrow('killed');
    expect(await sessions.list(userId, auth.now())).toEqual([]);
    await expect(auth.refreshSession(second.refreshToken)).rejects.toMatchObject(refused);
  });

  test('of many at once no more than one family lives, and who lost takes it with them', async () => {
    const { refreshSession, first, sessions, userId, auth } = await withMara();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => refreshSession(first.refreshToken)),
    );
    expect(results.filter((each) => each.status === 'fulfilled').length).toBeLessThanOrEqual(1);
    expect(await sessions.list(userId, auth.now())).toEqual([]);
  });

  test.each([
    ['another secret', (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, 0],
    ['another family', (token: string) => token.replace(/\.[\w-]{22}\./, `.${'A'.repeat(22)}.`), 1],
    ["another user's id", (token: string) => token.replace(/user_\w{26}/, `user_${'0'.repeat(26)}`), 1],
    ['an access token', () => 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln', 1],
    ['nothing', () => '', 1],
    ['something long', (token: string) => token.repeat(2), 1],
  ])('%s is refused; only who knows the family can end it', async (_what, forge, left) => {
    const { refreshSession, first, sessions, userId, auth } = await withMara();
    await expect(refreshSession(forge(first.refreshToken))).rejects.toMatchObject(refused);
    expect(await sessions.list(userId, auth.now())).toHaveLength(left);
  });

  test('what is stored holds neither the token nor a part of its secrets', async () => {
    const { first, sessions, userId, auth } = await withMara();
    const stored = JSON.stringify(await sessions.list(userId, auth.now()));
    const { family = '', secret = '' } = parseRefreshToken(first.refreshToken) ?? {};
    for (const each of [first.refreshToken, family, secret]) expect(stored).not.toContain(each);
  });

  test('an idle session ends, a used one goes on, and none is longer than the absolute lifetime', async () => {
    const { refreshSession, first, clock } = await withMara();
    let { refreshToken } = first;
    for (let day = 29; day < 180; day += 29) {
      clock.now = new Date(Date.parse(NOON) + day * DAY_MS);
      ({ refreshToken } = await refreshSession(refreshToken));
    }
    clock.now = new Date(Date.parse(NOON) + 180 * DAY_MS);
    await expect(refreshSession(refreshToken)).rejects.toMatchObject(refused);

    const idle = await withMara();
    idle.clock.now = new Date(Date.parse(NOON) + 30 * DAY_MS);
    await expect(idle.refreshSession(idle.first.refreshToken)).rejects.toMatchObject(refused);
  });

  test('a process that dies after the write leaves a user who can sign in, and nothing else that is good', async () => {
    const { auth, first } = await withMara();
    const dying = refreshSession({
      ...auth,
      onReuse: () => undefined,
      issueToken: async () => {
        throw new Error('killed');
      },
    });
    await expect(dying(first.refreshToken)).rejects.toThrow('killed');
    await expect(auth.refreshSession(first.refreshToken)).rejects.toMatchObject(refused);
    await expect(auth.signIn(mara)).resolves.toBeDefined();
  });

  test.each([
    ['signing out', (auth: ReturnType<typeof memoryAuth>, u: string, s: string) => auth.endSession(u, s)],
    ['ending all sessions', (auth: ReturnType<typeof memoryAuth>, u: string) => auth.endSessions(u)],
    [
      'the end of the account',
      (auth: ReturnType<typeof memoryAuth>, userId: string) =>
        auth.deleteUser({ userId, password: PASSWORD }),
    ],
  ])('%s refuses refresh and access at once', async (_what, end) => {
    const { auth, first, userId, sessionId } = await withMara();
    await end(auth, userId, sessionId);
    await expect(auth.refreshSession(first.refreshToken)).rejects.toMatchObject(refused);
    await expect(auth.verify(first.token)).rejects.toMatchObject({ code: 'auth.invalid_token' });
  });

  test('a rotation that races the end of its session brings nothing back', async () => {
    const { auth, first, userId, sessionId } = await withMara();
    const sessions = {
      ...auth.sessions,
      rotate: async (session: Session, next: Parameters<typeof auth.sessions.rotate>[1]) => {
        await auth.endSession(userId, sessionId);
        return auth.sessions.rotate(session, next);
      },
    };
    const late = refreshSession({ ...auth, sessions, onReuse: () => undefined });
    await expect(late(first.refreshToken)).rejects.toMatchObject(refused);
    expect(await auth.sessions.list(userId, auth.now())).toEqual([]);
  });
});

describe('the list of sessions', () => {
  test('holds device, beginning and the day of the last use, the last used one in front', async () => {
    const { auth, first, userId } = await withMara();
    await auth.signIn({ ...mara, userAgent: 'other device' });
    auth.clock.now = new Date(Date.parse(NOON) + DAY_MS);
    await auth.refreshSession(first.refreshToken);
    expect(await auth.listSessions(userId)).toMatchObject([
      { user_agent: 'test', created_at: NOON, last_used_day: '2026-11-23' },
      { user_agent: 'other device', last_used_day: '2026-11-22' },
    ]);
  });

  test("another user's session cannot be ended, and looks like none", async () => {
    const { auth, userId, sessionId } = await withMara();
    const other = await auth.registerUser({ ...mara, username: 'lena' });
    await expect(auth.revokeSession(other.user.asin, sessionId)).rejects.toMatchObject({
      code: 'session.not_found',
    });
    await auth.revokeSession(userId, sessionId);
    await expect(auth.revokeSession(userId, sessionId)).rejects.toMatchObject({ code: 'session.not_found' });
  });
});
