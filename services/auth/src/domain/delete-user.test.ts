import { describe, expect, test } from 'vitest';
import { NOON, PASSWORD } from '../testing/builders.ts';
import { memoryAuth } from '../testing/memory-auth.ts';
import { deleteUser } from './delete-user.ts';
import { finishUserDeletion } from './finish-user-deletion.ts';
import type { ActiveUser, DeletedUser } from './user.ts';

const as = (username: string) => ({ username, password: PASSWORD, userAgent: 'test' });

async function withMara() {
  const auth = memoryAuth();
  const { user } = await auth.registerUser(as('Mara'));
  return { auth, asin: user.asin };
}

describe('deleteUser', () => {
  test('leaves a tombstone without name and hash, one event, no sessions and a free name', async () => {
    const { auth, asin } = await withMara();
    await auth.signIn(as('mara'));
    await auth.deleteUser({ userId: asin, password: PASSWORD });
    expect(await auth.users.find(asin)).toEqual({
      asin,
      status: 'deleted',
      date_deleted: NOON,
      deletion_id: expect.stringMatching(/^deletion_/),
      revision: 2,
    });
    expect(auth.users.outbox.get(asin)).toEqual([
      {
        id: expect.stringMatching(/^event_/),
        type: 'user.deleted',
        occurred_at: NOON,
        user_id: asin,
        revision: 2,
        assets: 'delete',
      },
    ]);
    expect(await auth.sessions.list(asin, auth.now())).toEqual([]);
    expect(await auth.names.find('mara')).toBeUndefined();
  });

  test('needs the password, and changes nothing without it', async () => {
    const { auth, asin } = await withMara();
    for (const password of ['another password', '', 'x'.repeat(100_000)]) {
      await expect(auth.deleteUser({ userId: asin, password })).rejects.toMatchObject({
        code: 'auth.invalid_credentials',
      });
    }
    await expect(auth.signIn(as('mara'))).resolves.toBeDefined();
    expect(auth.followUps).toEqual([]);
  });

  test('afterwards the account is unknown: to sign in, to look at, to delete', async () => {
    const { auth, asin } = await withMara();
    await auth.deleteUser({ userId: asin, password: PASSWORD });
    await expect(auth.signIn(as('mara'))).rejects.toMatchObject({ code: 'auth.invalid_credentials' });
    await expect(auth.getOwnAccount(asin)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    await expect(auth.deleteUser({ userId: asin, password: PASSWORD })).rejects.toMatchObject({
      code: 'auth.invalid_token',
    });
  });

  test('the name that is registered again inherits nothing', async () => {
    const { auth, asin } = await withMara();
    await auth.deleteUser({ userId: asin, password: PASSWORD });
    const again = await auth.registerUser({ ...as('mara'), password: 'another password' });
    expect(again.user.asin).not.toBe(asin);
    await expect(auth.signIn(as('mara'))).rejects.toMatchObject({ code: 'auth.invalid_credentials' });
    expect(await auth.sessions.list(again.user.asin, auth.now())).toHaveLength(1);
  });

  test('two at once both succeed, with one event', async () => {
    const { auth, asin } = await withMara();
    const both = [1, 2].map(() => auth.deleteUser({ userId: asin, password: PASSWORD }));
    await Promise.all(both);
    expect(auth.users.outbox.get(asin)).toHaveLength(1);
  });

  test('a user that changed after it was read is proven and buried as it is now', async () => {
    const { auth, asin } = await withMara();
    const moved = (await auth.users.find(asin)) as ActiveUser;
    const stale = { ...moved, revision: 0 };
    let reads = 0;
    const users = {
      ...auth.users,
      find: async (id: string) => ((reads += 1) === 1 ? stale : auth.users.find(id)),
    };
    const done = await deleteUser({ ...auth, users, followUp: async () => undefined })({
      userId: asin,
      password: PASSWORD,
    });
    expect(done.revision).toBe(2);
    expect((await auth.users.find(asin))?.status).toBe('deleted');
  });
});

describe('a deletion that dies after its tombstone', () => {
  async function interrupted() {
    const { auth, asin } = await withMara();
    const die = deleteUser({ ...auth, followUp: async () => undefined });
    await die({ userId: asin, password: PASSWORD });
    return { auth, asin };
  }
  const fail = () => Promise.reject(new Error('killed'));

  test('has already ended every way in', async () => {
    const { auth, asin } = await interrupted();
    await expect(auth.signIn(as('mara'))).rejects.toMatchObject({ code: 'auth.invalid_credentials' });
    await expect(auth.getOwnAccount(asin)).rejects.toMatchObject({ code: 'auth.invalid_token' });
  });

  test('leaves a name that can be registered at once, and the late clean-up does not take it away', async () => {
    const { auth, asin } = await interrupted();
    const again = await auth.registerUser(as('mara'));
    await finishUserDeletion(auth)(asin);
    await expect(auth.signIn(as('mara'))).resolves.toMatchObject({ user: again.user });
    expect(await auth.sessions.list(asin, auth.now())).toEqual([]);
  });

  test.each([
    ['before the revocation', { revocations: { add: fail } }],
    ['before the sessions', { endSessions: fail }],
    ['before the keys', { apiKeys: { list: fail } }],
    ['before the name', { names: { release: fail } }],
    ['before the mark', { users: { finishCleanup: fail } }],
  ])('%s is finished by the next run, and then has nothing left to do', async (_when, broken) => {
    const { auth, asin } = await interrupted();
    const dying = finishUserDeletion({
      ...auth,
      users: { ...auth.users, ...('users' in broken ? broken.users : {}) },
      names: { ...auth.names, ...('names' in broken ? broken.names : {}) },
      apiKeys: { ...auth.apiKeys, ...('apiKeys' in broken ? broken.apiKeys : {}) },
      revocations: { ...auth.revocations, ...('revocations' in broken ? broken.revocations : {}) },
      ...('endSessions' in broken ? { endSessions: broken.endSessions } : {}),
    });
    await expect(dying(asin)).rejects.toThrow('killed');
    expect(((await auth.users.find(asin)) as DeletedUser).cleanup).toEqual({ name: 'mara' });
    await finishUserDeletion(auth)(asin);
    expect(await auth.sessions.list(asin, auth.now())).toEqual([]);
    expect(await auth.names.find('mara')).toBeUndefined();
    expect((await auth.users.find(asin)) as DeletedUser).not.toHaveProperty('cleanup');
    await dying(asin);
  });

  test('a clean-up for a user that lives does nothing', async () => {
    const { auth, asin } = await withMara();
    await finishUserDeletion(auth)(asin);
    await expect(auth.signIn(as('mara'))).resolves.toBeDefined();
  });
});
