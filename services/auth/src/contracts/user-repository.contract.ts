import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import { describe, expect, test } from 'vitest';
import type { UserRepository } from '../domain/ports.ts';
import { aTombstone, aUser, aUserDeleted } from '../testing/builders.ts';

export interface UserRepositoryUnderTest {
  readonly users: UserRepository;
  /** The events that wait in a user's item. */
  readonly waiting: (asin: string) => Promise<CairnEvent[]>;
}

/** What every `UserRepository` does. */
export function userRepositoryContract(name: string, underTest: () => UserRepositoryUnderTest): void {
  describe(`user repository on ${name}`, () => {
    test('a user that was created is found, and nobody else is', async () => {
      const { users } = underTest();
      const user = aUser();
      await users.create(user);
      expect(await users.find(user.asin)).toEqual(user);
      expect(await users.find(aUser().asin)).toBeUndefined();
    });

    test('creating the same user again, as after a lost answer, changes nothing', async () => {
      const { users } = underTest();
      const user = aUser();
      await users.create(user);
      await users.create(user);
      expect(await users.find(user.asin)).toEqual(user);
    });

    test('an id that belongs to another user, or to a tombstone, is not overwritten', async () => {
      const { users } = underTest();
      const user = aUser();
      await users.create(user);
      await expect(users.create({ ...user, password: 'another hash' })).rejects.toThrow(/another user/);
      await users.bury(user, aTombstone(user), aUserDeleted(user));
      await expect(users.create(user)).rejects.toThrow(/another user/);
      expect(await users.find(user.asin)).toEqual(aTombstone(user));
    });

    test('burying leaves the tombstone and the event, and nothing of the user', async () => {
      const { users, waiting } = underTest();
      const user = aUser();
      const event = aUserDeleted(user);
      await users.create(user);
      expect(await users.bury(user, aTombstone(user), event)).toBe('buried');
      expect(await users.find(user.asin)).toEqual(aTombstone(user));
      expect(await waiting(user.asin)).toEqual([event]);
    });

    test('burying again, as after a lost answer, keeps the first tombstone and its one event', async () => {
      const { users, waiting } = underTest();
      const user = aUser();
      const event = aUserDeleted(user);
      await users.create(user);
      await users.bury(user, aTombstone(user), event);
      expect(await users.bury(user, aTombstone(user), aUserDeleted(user))).toBe('buried');
      expect(await waiting(user.asin)).toEqual([event]);
    });

    test('a user that has changed since it was read is not buried', async () => {
      const { users, waiting } = underTest();
      const user = aUser({ revision: 2 });
      await users.create(user);
      const asRead = { ...user, revision: 1 };
      expect(await users.bury(asRead, aTombstone(asRead), aUserDeleted(asRead))).toBe('changed');
      expect(await users.find(user.asin)).toEqual(user);
      expect(await waiting(user.asin)).toEqual([]);
    });

    test('a user that is not there is not buried', async () => {
      const { users } = underTest();
      const user = aUser();
      expect(await users.bury(user, aTombstone(user), aUserDeleted(user))).toBe('changed');
      expect(await users.find(user.asin)).toBeUndefined();
    });

    test('another hash takes the place of the one that was read, and of no other', async () => {
      const { users } = underTest();
      const user = aUser();
      await users.create(user);
      await users.setHash(user, 'a better hash');
      await users.setHash(user, 'a hash that comes too late');
      expect(await users.find(user.asin)).toEqual({ ...user, password: 'a better hash', revision: 2 });
    });

    test('finishing the clean-up takes only that out of the tombstone', async () => {
      const { users, waiting } = underTest();
      const user = aUser();
      const { cleanup: _done, ...clean } = aTombstone(user);
      await users.create(user);
      await users.bury(user, aTombstone(user), aUserDeleted(user));
      await users.finishCleanup(user.asin);
      await users.finishCleanup(user.asin);
      expect(await users.find(user.asin)).toEqual(clean);
      expect(await waiting(user.asin)).toHaveLength(1);
    });

    test('finishing the clean-up of a user that lives, or never did, does nothing', async () => {
      const { users } = underTest();
      const user = aUser();
      await users.create(user);
      await users.finishCleanup(user.asin);
      expect(await users.find(user.asin)).toEqual(user);
      const stranger = aUser();
      await users.finishCleanup(stranger.asin);
      expect(await users.find(stranger.asin)).toBeUndefined();
    });

    test('a user without its name is discarded, a tombstone never', async () => {
      const { users } = underTest();
      const user = aUser();
      await users.create(user);
      await users.discard(user.asin);
      await users.discard(user.asin);
      expect(await users.find(user.asin)).toBeUndefined();
      const buried = aUser();
      await users.create(buried);
      await users.bury(buried, aTombstone(buried), aUserDeleted(buried));
      await users.discard(buried.asin);
      expect((await users.find(buried.asin))?.status).toBe('deleted');
    });
  });
}
