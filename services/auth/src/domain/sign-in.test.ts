import { describe, expect, test } from 'vitest';
import { aClaim, aTombstone, aUser, aUserDeleted, PASSWORD } from '../testing/builders.ts';
import { memoryAuth, type MemoryAuth } from '../testing/memory-auth.ts';
import { keepNobody, NOBODY } from './nobody.ts';
import { openSession } from './open-session.ts';
import { signIn } from './sign-in.ts';

const as = (username: string, password = PASSWORD) => ({ username, password, userAgent: 'test' });

const refused = { code: 'auth.invalid_credentials', detail: undefined, hint: undefined };

/** Counts the steps by which one sign-in could be told from another. */
function watched(auth: MemoryAuth) {
  const steps: string[] = [];
  const deps = {
    ...auth,
    names: { ...auth.names, find: (name: string) => (steps.push('name'), auth.names.find(name)) },
    users: { ...auth.users, find: (id: string) => (steps.push('user'), auth.users.find(id)) },
    hasher: {
      ...auth.hasher,
      verify: (hash: string | undefined, password: string) => (
        steps.push('verify'),
        auth.hasher.verify(hash, password)
      ),
    },
  };
  return { steps, signIn: signIn(deps) };
}

describe('signIn', () => {
  test('every spelling of the name signs in to the one account, each with a session of its own', async () => {
    const auth = memoryAuth();
    const { user } = await auth.registerUser(as('Am\u00e9lie'));
    const first = await auth.signIn(as('AM\u00c9LIE'));
    const second = await auth.signIn(as(' ame\u0301lie '));
    expect(first.user).toEqual(user);
    expect(second.user).toEqual(user);
    expect(await auth.sessions.list(user.asin, auth.now())).toHaveLength(3);
  });

  test.each([
    ['in another case', PASSWORD.toUpperCase()],
    ['with a space more', `${PASSWORD} `],
    ['too short to be one', 'short'],
    ['too long to be one', 'x'.repeat(1_000_000)],
    ['not Unicode', `${PASSWORD}\ud800`],
    ['empty', ''],
  ])('a password that is %s is refused', async (_what, password) => {
    const auth = memoryAuth();
    await auth.registerUser(as('mara'));
    await expect(auth.signIn(as('mara', password))).rejects.toMatchObject(refused);
  });

  test('wrong password, unknown and deleted user take the same steps to the same answer', async () => {
    const auth = memoryAuth();
    await auth.registerUser(as('mara'));
    const buried = aUser({ username: 'gone' });
    await auth.names.claim(aClaim({ name: 'gone', user_id: buried.asin, state: 'confirmed' }));
    await auth.users.create(buried);
    await auth.users.bury(buried, aTombstone(buried), aUserDeleted(buried));
    for (const attempt of [as('mara', 'another password'), as('nobody'), as('gone')]) {
      const watch = watched(auth);
      await expect(watch.signIn(attempt)).rejects.toMatchObject(refused);
      expect(watch.steps).toEqual(['name', 'user', 'verify']);
    }
  });

  test("for a name that is nobody's a user is found all the same, who is none", async () => {
    const auth = memoryAuth();
    await keepNobody(auth);
    await keepNobody(auth);
    const found: unknown[] = [];
    const users = {
      ...auth.users,
      find: async (id: string) => {
        const user = await auth.users.find(id);
        found.push(user?.status);
        return user;
      },
    };
    for (const name of ['unknown', NOBODY, 'not a username']) {
      await expect(signIn({ ...auth, users })(as(name))).rejects.toMatchObject(refused);
    }
    expect(found).toEqual(['active', 'active']);
    const hasher = { ...auth.hasher, verify: async () => true };
    await expect(signIn({ ...auth, users, hasher })(as(NOBODY))).rejects.toMatchObject(refused);
  });

  test('a text that cannot be a name is an unknown one', async () => {
    const auth = memoryAuth();
    const watch = watched(auth);
    await expect(watch.signIn(as('no such name'))).rejects.toMatchObject(refused);
    expect(watch.steps).toEqual(['verify']);
  });

  test('a claim and a user that do not agree on the name let nobody in', async () => {
    const auth = memoryAuth();
    const user = aUser({ username: 'mara' });
    await auth.users.create(user);
    await auth.names.claim(aClaim({ name: 'lena', user_id: user.asin, state: 'confirmed' }));
    await expect(auth.signIn(as('lena'))).rejects.toMatchObject(refused);
    await expect(auth.signIn(as('mara'))).rejects.toMatchObject(refused);
  });

  test('a pending claim that is taken over while it is being confirmed lets nobody in', async () => {
    const auth = memoryAuth();
    const user = aUser({ username: 'mara' });
    await auth.users.create(user);
    await auth.names.claim(aClaim({ name: 'mara', user_id: user.asin }));
    const names = { ...auth.names, confirm: async () => false };
    await expect(signIn({ ...auth, names })(as('mara'))).rejects.toMatchObject(refused);
    expect(await auth.sessions.list(user.asin, auth.now())).toEqual([]);
  });

  test('an account that is deleted between the password check and the session leaves no session', async () => {
    const auth = memoryAuth();
    const { user } = await auth.registerUser(as('mara'));
    const sessions = {
      ...auth.sessions,
      create: async (session: Parameters<typeof auth.sessions.create>[0]) => {
        await auth.deleteUser({ userId: user.asin, password: PASSWORD });
        await auth.sessions.create(session);
      },
    };
    const late = signIn({ ...auth, openSession: openSession({ ...auth, sessions }) });
    await expect(late(as('mara'))).rejects.toMatchObject(refused);
    expect(await auth.sessions.list(user.asin, auth.now())).toEqual([]);
  });
});
