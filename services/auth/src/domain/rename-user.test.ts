import { describe, expect, test } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { memoryAccountRepository } from '../adapters/memory-account-repository.ts';
import { memoryNameClaims } from '../adapters/memory-name-claims.ts';
import { memoryUserRepository } from '../adapters/memory-user-repository.ts';
import { aTombstone, aUser, aUserDeleted, NOON, PASSWORD } from '../testing/builders.ts';
import { claimName, FORMER_NAME_MS, STALE_CLAIM_MS } from './claim-name.ts';
import { finishRenaming } from './finish-renaming.ts';
import { renameUser, RENAME_PAUSE_MS } from './rename-user.ts';
import { foldUsername } from './username.ts';

const killed = new Error('killed');

/** Makes the n-th call of any of the methods fail: before it was done, or after. */
function mortal<T extends object>(target: T, strike: () => 'before' | 'after' | undefined): T {
  return new Proxy(target, {
    get(of, name) {
      const method: unknown = Reflect.get(of, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        const when = strike();
        if (when === 'before') throw killed;
        const result: unknown = await Reflect.apply(method, of, args);
        if (when === 'after') throw killed;
        return result;
      };
    },
  });
}

async function aWorld() {
  const clock = { at: Date.parse(NOON) };
  const now = () => new Date(clock.at);
  const users = memoryUserRepository();
  const names = memoryNameClaims();
  const stores = { users, names, accounts: memoryAccountRepository(users), now, newId };
  const hasher = { verify: async (hash: string | undefined, text: string) => hash === `hash of ${text}` };

  const attempt = { failed: async () => undefined, succeeded: async () => undefined, over: () => undefined };
  const throttle = { begin: async () => attempt };

  const rename = (changes: Partial<typeof stores> = {}) => {
    const deps = { ...stores, ...changes, hasher, throttle };
    return renameUser({ ...deps, finishRenaming: finishRenaming(deps) });
  };
  const aNamedUser = async (username: string) => {
    const user = aUser({ username });
    await claimName(stores, foldUsername(username), user.asin);
    await users.create(user);
    await names.confirm(foldUsername(username), user.asin);
    return user;
  };
  /** Whom sign-in finds by this name. */
  const whoIs = async (name: string) => {
    const claim = await names.find(name);
    const user = claim && (await users.find(claim.user_id));
    return user?.status === 'active' && foldUsername(user.username) === name ? user.asin : undefined;
  };
  const mara = await aNamedUser('Mara');
  const to = (username: string) => ({
    userId: mara.asin,
    password: PASSWORD,
    address: '192.0.2.1',
    username,
  });
  return { ...stores, clock, rename, finish: finishRenaming(stores), aNamedUser, whoIs, mara, to };
}

describe('a change of username', () => {
  test('moves sign-in from the old name to the new one', async () => {
    const { rename, to, whoIs, mara, names, users } = await aWorld();
    expect((await rename()(to('Mira'))).username).toBe('Mira');
    expect(await whoIs('mira')).toBe(mara.asin);
    expect(await whoIs('mara')).toBeUndefined();
    expect(await names.find('mira')).toMatchObject({ state: 'confirmed' });
    expect(await names.find('mara')).toMatchObject({ state: 'former', user_id: mara.asin });
    const after = await users.find(mara.asin);
    expect(after).toMatchObject({ username: 'Mira', former_names: ['mara'] });
    expect(after).not.toHaveProperty('renaming');
  });

  test('to another spelling of the same name claims nothing and may be done at any time', async () => {
    const { rename, to, whoIs, mara } = await aWorld();
    expect((await rename()(to('MARA'))).username).toBe('MARA');
    expect((await rename()(to('mara'))).username).toBe('mara');
    expect(await whoIs('mara')).toBe(mara.asin);
  });

  test('needs the password, and a name that can be one', async () => {
    const { rename, to, whoIs, mara } = await aWorld();
    await expect(rename()({ ...to('Mira'), password: 'another password' })).rejects.toMatchObject({
      code: 'auth.invalid_credentials',
    });
    await expect(rename()(to('mi ra'))).rejects.toMatchObject({ code: 'request.invalid' });
    expect(await whoIs('mara')).toBe(mara.asin);
  });

  test('to a name that somebody has changes nothing, and may be followed by another', async () => {
    const { rename, to, whoIs, mara, aNamedUser } = await aWorld();
    const other = await aNamedUser('Mira');
    await expect(rename()(to('mira'))).rejects.toMatchObject({ code: 'user.username_taken' });
    expect(await whoIs('mira')).toBe(other.asin);
    expect(await whoIs('mara')).toBe(mara.asin);
    expect((await rename()(to('Mora'))).username).toBe('Mora');
  });

  test('is possible once a day', async () => {
    const { rename, to, clock } = await aWorld();
    await rename()(to('Mira'));
    clock.at += RENAME_PAUSE_MS - 1_500;
    await expect(rename()(to('Mora'))).rejects.toMatchObject({
      code: 'user.renamed_recently',
      retryAfterSeconds: 2,
    });
    clock.at += 1_500;
    expect((await rename()(to('Mora'))).username).toBe('Mora');
  });

  test('keeps the old name from others for 30 days, and never from its user', async () => {
    const { rename, to, clock, names, users, now, mara } = await aWorld();
    await rename()(to('Mira'));
    const stranger = newId('user');
    expect(await claimName({ users, names, now }, 'mara', stranger)).toBe(false);
    clock.at += RENAME_PAUSE_MS;
    expect((await rename()(to('Mara'))).username).toBe('Mara');
    clock.at += FORMER_NAME_MS;
    expect(await claimName({ users, names, now }, 'mara', stranger)).toBe(false);
    expect(await claimName({ users, names, now }, 'mira', stranger)).toBe(false);
    clock.at += 1;
    expect(await claimName({ users, names, now }, 'mira', stranger)).toBe(true);
    expect(await users.find(mara.asin)).toMatchObject({ username: 'Mara' });
  });

  test('releases at the next change what was kept for its time', async () => {
    const { rename, to, clock, names, users, mara } = await aWorld();
    await rename()(to('Mira'));
    clock.at += FORMER_NAME_MS + 1;
    await rename()(to('Mora'));
    expect(await names.find('mara')).toBeUndefined();
    expect(await users.find(mara.asin)).toMatchObject({ former_names: ['mira'] });
  });
});

describe('two changes at once', () => {
  test('of one user end with one of the names, and the other is free', async () => {
    const { rename, to, whoIs, mara, names } = await aWorld();
    const results = await Promise.allSettled([rename()(to('Mira')), rename()(to('Mora'))]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const mine = [await whoIs('mira'), await whoIs('mora')];
    expect(mine.filter((asin) => asin === mara.asin)).toHaveLength(1);
    const free = mine[0] === undefined ? 'mira' : 'mora';
    expect(await names.find(free)).toBeUndefined();
    expect(await whoIs('mara')).toBeUndefined();
  });

  test('of two users to one name give it to one, and leave the other with the old one', async () => {
    const { rename, to, whoIs, mara, aNamedUser } = await aWorld();
    const lena = await aNamedUser('Lena');
    const results = await Promise.allSettled([
      rename()(to('Mira')),
      rename()({ ...to('MIRA'), userId: lena.asin }),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = await whoIs('mira');
    const [loser, old] = winner === mara.asin ? [lena, 'lena'] : [mara, 'mara'];
    expect(await whoIs(old)).toBe(loser.asin);
  });

  test('the sweep and the request may work on the same change', async () => {
    const { rename, to, whoIs, mara, finish } = await aWorld();
    const request = rename()(to('Mira'));
    const sweeps = Promise.all([finish(mara.asin), finish(mara.asin)]);
    expect((await request).username).toBe('Mira');
    await sweeps;
    await finish(mara.asin);
    expect(await whoIs('mira')).toBe(mara.asin);
  });
});

describe('a change that dies', () => {
  const steps = Array.from({ length: 26 }, (_, i) => i);

  test.each(steps.flatMap((step) => [[step, 'before'] as const, [step, 'after'] as const]))(
    'at call %i, %s it is done, leaves exactly one name at any moment, and is finished by the sweep',
    async (step, when) => {
      const world = await aWorld();
      const { users, names, accounts, mara, whoIs, to } = world;
      let calls = 0;
      const strike = () => (calls++ >= step ? when : undefined);
      const dying = world.rename({
        users: mortal(users, strike),
        names: mortal(names, strike),
        accounts: mortal(accounts, strike),
      });
      const [result] = await Promise.allSettled([dying(to('Mira'))]);
      expect(result.status === 'rejected' ? result.reason : killed).toBe(killed);
      const both = async () =>
        [await whoIs('mara'), await whoIs('mira')].filter((asin) => asin === mara.asin);
      expect(await both()).toHaveLength(1);

      // Long enough for a claim to count as abandoned: nobody may take it while the wish is there.
      world.clock.at += STALE_CLAIM_MS + 1;
      const user = await users.find(mara.asin);
      const wished = user?.status === 'active' && user.renaming !== undefined;
      const claimed = wished && (await names.find('mira')) !== undefined;
      expect(claimed && (await claimName(world, 'mira', newId('user')))).toBe(false);
      const waiting = (users.outbox.get(mara.asin) ?? []).map(({ type }) => type);
      expect(wished ? waiting : ['user.unfinished']).toEqual(['user.unfinished']);
      await world.finish(mara.asin);
      expect(await both()).toHaveLength(1);
      expect(wished ? await whoIs('mira') : mara.asin).toBe(mara.asin);
      expect(await users.find(mara.asin)).not.toHaveProperty('renaming');
    },
  );

  test('and whose user is deleted meanwhile leaves no claim behind', async () => {
    const world = await aWorld();
    const { users, names, mara, accounts, to } = world;
    const slow = {
      ...accounts,
      change: async (...args: Parameters<typeof accounts.change>) => {
        const [user, changes] = args;
        const current = await users.find(mara.asin);
        if (changes.username !== undefined && current?.status === 'active') {
          await users.bury(current, aTombstone(current), aUserDeleted(current));
        }
        return accounts.change(user, changes, args[2]);
      },
    };
    await expect(world.rename({ accounts: slow })(to('Mira'))).rejects.toMatchObject({
      code: 'auth.invalid_token',
    });
    expect(await names.find('mira')).toBeUndefined();
  });
});
