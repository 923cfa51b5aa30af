import { describe, expect, test } from 'vitest';
import { PASSWORD } from '../testing/builders.ts';
import { memoryAuth } from '../testing/memory-auth.ts';
import { changePassword } from './change-password.ts';
import { parseRefreshToken } from './refresh-token.ts';
import { signIn } from './sign-in.ts';

const NEXT = 'a password nobody knows';
const mara = { username: 'mara', password: PASSWORD, userAgent: 'test', address: '192.0.2.1' };

async function withMara() {
  const auth = memoryAuth();
  const own = await auth.registerUser(mara);
  const other = await auth.signIn(mara);
  const { userId = '', sessionId = '' } = parseRefreshToken(own.refreshToken) ?? {};
  const change = (changes: object = {}) =>
    auth.changePassword({
      userId,
      sessionId,
      currentPassword: PASSWORD,
      newPassword: NEXT,
      address: '192.0.2.1',
      ...changes,
    });
  return { auth, own, other, change, userId };
}

describe('changePassword', () => {
  test('ends the other sessions at once, and the old password with them; the own session goes on', async () => {
    const { auth, own, other, change } = await withMara();
    await change();
    await expect(auth.refreshSession(other.refreshToken)).rejects.toMatchObject({
      code: 'auth.invalid_refresh_token',
    });
    await expect(auth.verify(other.token)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    await expect(auth.verify(own.token)).resolves.toBeDefined();
    await expect(auth.refreshSession(own.refreshToken)).resolves.toBeDefined();
    await expect(auth.signIn(mara)).rejects.toMatchObject({ code: 'auth.invalid_credentials' });
    await expect(auth.signIn({ ...mara, password: NEXT })).resolves.toBeDefined();
  });

  test('that dies before the other sessions are ended refuses them all the same, and the sweep ends them', async () => {
    const { auth, own, other, change, userId } = await withMara();
    const dying = changePassword({
      ...auth,
      finishPasswordChange: async () => {
        throw new Error('killed');
      },
    });
    const { sessionId = '' } = parseRefreshToken(own.refreshToken) ?? {};
    const proof = { currentPassword: PASSWORD, newPassword: NEXT, address: '192.0.2.1' };
    await expect(dying({ ...proof, userId, sessionId })).rejects.toThrow('killed');
    expect(await auth.sessions.list(userId, auth.now())).toHaveLength(2);
    await expect(auth.refreshSession(other.refreshToken)).rejects.toMatchObject({
      code: 'auth.invalid_refresh_token',
    });
    await auth.relay();
    expect(await auth.sessions.list(userId, auth.now())).toMatchObject([{ session_id: sessionId }]);
    await expect(auth.verify(other.token)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    const { refreshToken } = await auth.refreshSession(own.refreshToken);
    // What is signed in with the new one outlives that to-do, and the one of the next change does not.
    const late = await auth.signIn({ ...mara, password: NEXT });
    await auth.relay();
    await expect(auth.refreshSession(late.refreshToken)).resolves.toBeDefined();
    auth.clock.now = new Date(auth.now().getTime() + 1);
    await change({ currentPassword: NEXT, newPassword: `${NEXT} too` });
    await expect(auth.refreshSession(refreshToken)).resolves.toBeDefined();
    expect(await auth.sessions.list(userId, auth.now())).toHaveLength(1);
  });

  test.each([
    ['a wrong current password', { currentPassword: 'another password' }, 'auth.invalid_credentials'],
    ['an impossible current password', { currentPassword: 'x' }, 'auth.invalid_credentials'],
    ['a common new password', { newPassword: 'Password1' }, 'request.invalid'],
    ['a new password that is too long', { newPassword: 'x'.repeat(129) }, 'request.invalid'],
  ])('%s changes nothing', async (_what, changes, code) => {
    const { auth, other, change } = await withMara();
    await expect(change(changes)).rejects.toMatchObject({ code });
    await expect(auth.signIn(mara)).resolves.toBeDefined();
    await expect(auth.refreshSession(other.refreshToken)).resolves.toBeDefined();
  });

  test('a sign-in with the old password that is under way ends without a session', async () => {
    const { auth, change, userId } = await withMara();
    const hasher = {
      ...auth.hasher,
      verify: async (hash: string | undefined, password: string) => {
        const matches = await auth.hasher.verify(hash, password);
        await change();
        return matches;
      },
    };
    const late = signIn({ ...auth, hasher });
    await expect(late(mara)).rejects.toMatchObject({ code: 'auth.invalid_credentials' });
    expect(await auth.sessions.list(userId, auth.now())).toHaveLength(1);
  });

  test('with a stolen token the current password cannot be guessed faster than at the sign-in', async () => {
    const { change } = await withMara();
    const guess = () => change({ currentPassword: 'another password' });
    for (let i = 0; i < 5; i++)
      await expect(guess()).rejects.toMatchObject({ code: 'auth.invalid_credentials' });
    await expect(guess()).rejects.toMatchObject({ code: 'auth.too_many_attempts' });
  });
});

describe('a hash of yesterday', () => {
  test('is replaced at the sign-in, and the password stays the same', async () => {
    const { auth, userId } = await withMara();
    const user = await auth.users.find(userId);
    if (user?.status !== 'active') throw new Error('no user');
    await auth.users.setHash(user, `old hash of ${PASSWORD}`);
    const { refreshToken } = await auth.signIn(mara);
    expect(await auth.users.find(userId)).toMatchObject({ password: `hash of ${PASSWORD}` });
    expect(await auth.users.find(userId)).not.toHaveProperty('password_changed_at');
    await expect(auth.refreshSession(refreshToken)).resolves.toBeDefined();
  });
});
