import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import { newId } from '@cairn/shared/ids';
import { describe, expect, test } from 'vitest';
import type { AccountRepository } from '../domain/account-ports.ts';
import type { UserRepository } from '../domain/ports.ts';
import { aTombstone, aUser, aUserDeleted, NOON } from '../testing/builders.ts';

export interface AccountRepositoryUnderTest {
  readonly users: UserRepository;
  readonly accounts: AccountRepository;
  readonly waiting: (asin: string) => Promise<CairnEvent[]>;
}

/** What every `AccountRepository` does. */
export function accountRepositoryContract(name: string, underTest: () => AccountRepositoryUnderTest): void {
  describe(`account repository on ${name}`, () => {
    const unfinished = (user_id: string): CairnEvent => ({
      id: newId('event'),
      type: 'user.unfinished',
      occurred_at: NOON,
      user_id,
      revision: 2,
    });
    const withUser = async () => {
      const world = underTest();
      const user = aUser({ former_names: ['mora'] });
      await world.users.create(user);
      return { ...world, user };
    };

    test('a change sets, removes, leaves the rest, and keeps its events in the same item', async () => {
      const { users, accounts, user, waiting } = await withUser();
      const events = [unfinished(user.asin), unfinished(user.asin)];
      const changeId = newId('token');
      const renaming = { at: NOON, to: 'Mira' };
      const changes = { renaming, former_names: undefined };
      expect(await accounts.change(user, changes, { changeId, events })).toBe('written');
      const { former_names: _removed, ...rest } = user;
      const after = await users.find(user.asin);
      expect(after).toEqual({ ...rest, renaming, revision: 2, last_change_id: changeId });
      expect(await waiting(user.asin)).toEqual(expect.arrayContaining(events));
    });

    test('the same change again, as after a lost answer, is written once', async () => {
      const { users, accounts, user } = await withUser();
      const options = { changeId: newId('token') };
      await accounts.change(user, { username: 'Mira' }, options);
      expect(await accounts.change(user, { username: 'Mira' }, options)).toBe('written');
      expect(await users.find(user.asin)).toMatchObject({ username: 'Mira', revision: 2 });
    });

    test('of two changes of the user as it was read one is written', async () => {
      const { accounts, user } = await withUser();
      const results = await Promise.all(
        ['Mira', 'Mora'].map((username) => accounts.change(user, { username }, { changeId: newId('token') })),
      );
      expect(results.sort()).toEqual(['changed', 'written']);
    });

    test('events that wait already are not lost', async () => {
      const { users, accounts, user, waiting } = await withUser();
      const [first, second] = [unfinished(user.asin), unfinished(user.asin)];
      await accounts.change(user, { username: 'Mira' }, { changeId: newId('token'), events: [first] });
      const now = await users.find(user.asin);
      if (now?.status !== 'active') throw new Error('expected an active user');
      await accounts.change(now, { username: 'Mora' }, { changeId: newId('token'), events: [second] });
      expect(await waiting(user.asin)).toEqual(expect.arrayContaining([first, second]));
    });

    test('acts on their way into the audit log outlive their user, and nothing else that waited', async () => {
      const { users, accounts, user, waiting } = await withUser();
      const act: CairnEvent = {
        id: newId('event'),
        type: 'user.act_recorded',
        occurred_at: NOON,
        user_id: user.asin,
        revision: 2,
        actor: 'command',
        action: 'user.enabled',
        reason: 'A test.',
      };
      const events = [unfinished(user.asin), act];
      await accounts.change(user, { username: 'Mira' }, { changeId: newId('token'), events });
      const now = await users.find(user.asin);
      if (now?.status !== 'active') throw new Error('expected an active user');
      const deleted = aUserDeleted(now);
      expect(await users.bury(now, aTombstone(now), deleted)).toBe('buried');
      const left = await waiting(user.asin);
      expect(left).toHaveLength(2);
      expect(left).toEqual(expect.arrayContaining([act, deleted]));
      expect(await users.find(user.asin)).toEqual(aTombstone(now));
    });

    test('disables and enables', async () => {
      const { users, accounts, user } = await withUser();
      const disabled = { status: 'disabled', date_disabled: NOON } as const;
      await accounts.change(user, disabled, { changeId: newId('token') });
      const out = await users.find(user.asin);
      expect(out).toMatchObject({ ...disabled, username: user.username, password: user.password });
      if (out?.status !== 'disabled') throw new Error('expected a disabled user');
      const enabled = { status: 'active', date_disabled: undefined } as const;
      await accounts.change(out, enabled, { changeId: newId('token') });
      const back = await users.find(user.asin);
      expect(back).toMatchObject({ status: 'active', revision: 3 });
      expect(back).not.toHaveProperty('date_disabled');
    });

    test('a tombstone, and nobody, are not changed', async () => {
      const { users, accounts, user } = await withUser();
      await users.bury(user, aTombstone(user), aUserDeleted(user));
      const options = { changeId: newId('token') };
      expect(await accounts.change(user, { username: 'Mira' }, options)).toBe('changed');
      const stranger = aUser();
      expect(await accounts.change(stranger, { username: 'Mira' }, options)).toBe('changed');
      expect(await users.find(stranger.asin)).toBeUndefined();
      expect(await users.find(user.asin)).toEqual(aTombstone(user));
    });
  });
}
