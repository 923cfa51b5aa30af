import { describe, expect, test } from 'vitest';
import { aClaim, NOON, PASSWORD } from '../testing/builders.ts';
import { memoryAuth, type MemoryAuth } from '../testing/memory-auth.ts';
import { claimName, STALE_CLAIM_MS } from './claim-name.ts';
import { registerUser } from './register-user.ts';
import { USER_AGENT_LENGTH } from './session.ts';

const as = (username: string) => ({ username, password: PASSWORD, userAgent: undefined });

const outcomes = async (runs: readonly Promise<unknown>[]) => {
  const settled = await Promise.allSettled(runs);
  return settled.map((each) => (each.status === 'fulfilled' ? 'ok' : (each.reason as { code: string }).code));
};

function later(auth: MemoryAuth, ms: number): void {
  auth.clock.now = new Date(auth.clock.now.getTime() + ms);
}

describe('registerUser', () => {
  test('answers with the account and a token that names it, its session and its scopes', async () => {
    const auth = memoryAuth();
    const { user, token, expiresInSeconds } = await auth.registerUser({
      ...as(' Mara@Example.com '),
      userAgent: 'x'.repeat(1_000),
    });
    expect(user).toEqual({ asin: user.asin, username: 'Mara@Example.com', date_created: NOON });
    expect(expiresInSeconds).toBe(600);
    const principal = await auth.verify(token);
    expect(principal).toMatchObject({
      userId: user.asin,
      username: 'Mara@Example.com',
      scopes: new Set(['assets:read', 'assets:write', 'account']),
      expiresAt: Date.parse(NOON) / 1000 + 600,
    });
    const [session, ...others] = await auth.sessions.list(user.asin, auth.now());
    expect(others).toEqual([]);
    expect(session).toMatchObject({ session_id: principal.sessionId, created_at: NOON });
    expect(session?.user_agent).toHaveLength(USER_AGENT_LENGTH);
    expect(await auth.names.find('mara@example.com')).toMatchObject({
      user_id: user.asin,
      state: 'confirmed',
    });
  });

  test('one account comes of many who register spellings of one name at once', async () => {
    const auth = memoryAuth();
    const spellings = ['Am\u00e9lie', 'ame\u0301lie', ' AM\u00c9LIE ', '\uff21m\u00e9lie'];
    const runs = Array.from({ length: 50 }, (_, i) => auth.registerUser(as(spellings[i % 4] ?? '')));
    const codes = await outcomes(runs);
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
    expect(codes.filter((code) => code === 'user.username_taken')).toHaveLength(49);
    expect(auth.users.users.size).toBe(1);
  });

  test('a bad name or password is refused by the domain too, and leaves nothing', async () => {
    const auth = memoryAuth();
    await expect(auth.registerUser(as('a b c'))).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(auth.registerUser({ ...as('mara'), password: 'short' })).rejects.toMatchObject({
      errors: [{ field: '/password', code: 'too_short' }],
    });
    expect(await auth.names.find('mara')).toBeUndefined();
  });

  test('a busy hasher leaves no claim behind', async () => {
    const auth = memoryAuth();
    const busy = { ...auth.hasher, hash: () => Promise.reject(new Error('busy')) };
    await expect(registerUser({ ...auth, hasher: busy })(as('mara'))).rejects.toThrow('busy');
    expect(await auth.names.find('mara')).toBeUndefined();
  });
});

describe('a registration that dies on the way', () => {
  test('after its claim holds the name until the bound, and no longer', async () => {
    const auth = memoryAuth();
    const users = { ...auth.users, create: () => Promise.reject(new Error('down')) };
    await expect(registerUser({ ...auth, users })(as('mara'))).rejects.toThrow('down');
    later(auth, STALE_CLAIM_MS);
    await expect(auth.registerUser(as('Mara'))).rejects.toMatchObject({ code: 'user.username_taken' });
    later(auth, 1);
    const { user } = await auth.registerUser(as('Mara'));
    expect(await auth.names.find('mara')).toMatchObject({ user_id: user.asin, state: 'confirmed' });
  });

  test('after its user item, for an answer that was lost, is finished by the next sign-in', async () => {
    const auth = memoryAuth();
    const users = {
      ...auth.users,
      create: async (user: Parameters<typeof auth.users.create>[0]) => {
        await auth.users.create(user);
        throw new Error('answer lost');
      },
    };
    await expect(registerUser({ ...auth, users })(as('mara'))).rejects.toThrow('answer lost');
    later(auth, STALE_CLAIM_MS * 2);
    await expect(auth.registerUser(as('mara'))).rejects.toMatchObject({ code: 'user.username_taken' });
    const { user } = await auth.signIn(as('MARA'));
    expect(await auth.names.find('mara')).toMatchObject({ user_id: user.asin, state: 'confirmed' });
  });

  test('a slow one that was overtaken gets no account, and leaves no user', async () => {
    const auth = memoryAuth();
    let overtaker: Promise<unknown> | undefined;
    const users = {
      ...auth.users,
      create: async (user: Parameters<typeof auth.users.create>[0]) => {
        later(auth, STALE_CLAIM_MS + 1);
        overtaker = auth.registerUser(as('mara'));
        await overtaker;
        await auth.users.create(user);
      },
    };
    const slow = registerUser({ ...auth, users })(as('Mara'));
    await expect(slow).rejects.toMatchObject({ code: 'user.username_taken' });
    await expect(overtaker).resolves.toBeDefined();
    expect([...auth.users.users.values()].map((user) => user.status)).toEqual(['active']);
    await expect(auth.signIn(as('mara'))).resolves.toBeDefined();
  });
});

describe('claimName', () => {
  test('of many who take over one abandoned claim one succeeds', async () => {
    const auth = memoryAuth();
    const stale = aClaim({ name: 'mara', claimed_at: '2026-11-22T11:00:00.000Z' });
    await auth.names.claim(stale);
    const taken = await Promise.all(
      Array.from({ length: 20 }, () => claimName(auth, 'mara', auth.newId('user'))),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('a confirmed claim whose user cannot be found stays: what is missing is not known to be dead', async () => {
    const auth = memoryAuth();
    const claim = aClaim({ claimed_at: '2020-01-01T00:00:00.000Z' });
    await auth.names.claim(claim);
    await auth.names.confirm(claim.name, claim.user_id);
    expect(await claimName(auth, claim.name, auth.newId('user'))).toBe(false);
  });

  test("one's own claim is recognised", async () => {
    const auth = memoryAuth();
    const claim = aClaim();
    await auth.names.claim(claim);
    expect(await claimName(auth, claim.name, claim.user_id)).toBe(true);
  });
});
