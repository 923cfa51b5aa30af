import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { collectEvents, composeForTest, signedIn, storedItems, type TestAuth } from './auth.harness.ts';
import { faultyDocument } from './faulty-document.ts';

let stack: TestStack;
let healthy: TestAuth;
let collected: Awaited<ReturnType<typeof collectEvents>>;
beforeAll(async () => {
  stack = await startTestStack();
  healthy = await composeForTest(stack);
  collected = await collectEvents();
});
afterAll(async () => {
  await healthy.stop();
  await collected.stop();
  await stack.close();
});

const eventsOf = (userId: string) => collected.events.filter((event) => event.user_id === userId);

/** An account with two sessions. */
async function anAccount(name: string) {
  const { user, token } = await signedIn(await healthy.register(name));
  await healthy.signIn(name);
  return { asin: user.asin, token };
}

/** All that is left of a deleted user is its tombstone, and everybody was told. */
async function expectGone(asin: string, name: string): Promise<void> {
  const stored = storedItems();
  await vi.waitFor(
    async () => {
      expect(Object.keys((await stored.item(asin)) ?? {}).sort()).toEqual([
        'asin',
        'date_deleted',
        'deletion_id',
        'revision',
        'status',
      ]);
      expect(eventsOf(asin)).not.toEqual([]);
    },
    { timeout: 40_000 },
  );
  expect(new Set(eventsOf(asin).map((event) => event.id)).size).toBe(1);
  expect(eventsOf(asin)[0]).toMatchObject({ type: 'user.deleted', revision: 2 });
  expect(await stored.sessionsOf(asin)).toEqual([]);
  expect((await stored.item(`name#${name}`))?.['user_id']).not.toBe(asin);
}

describe('deleting an account', () => {
  test('leaves its tombstone, tells everybody, and ends its token and its password', async () => {
    const { asin, token } = await anAccount('leaver');
    expect((await healthy.remove(token, 'another password')).status).toBe(401);
    expect((await healthy.me(token)).status).toBe(200);
    expect((await healthy.remove(token)).status).toBe(202);
    expect((await healthy.me(token)).status).toBe(401);
    expect((await healthy.signIn('leaver')).status).toBe(401);
    await expectGone(asin, 'leaver');
  });

  test('frees the name at once, and who registers it inherits nothing', async () => {
    const { asin, token } = await anAccount('Phoenix');
    await healthy.remove(token);
    const response = await healthy.register('phoenix', 'quite another password');
    expect(response.status).toBe(201);
    const again = await signedIn(response);
    expect(again.user.asin).not.toBe(asin);
    expect((await healthy.me(token)).status).toBe(401);
    expect((await healthy.remove(token)).status).toBe(401);
    expect((await healthy.signIn('phoenix')).status).toBe(401);
    expect((await healthy.signIn('Phoenix', 'quite another password')).status).toBe(201);
    const stored = storedItems();
    expect(await stored.item(again.user.asin)).toMatchObject({ revision: 1, username: 'phoenix' });
    await expectGone(asin, 'phoenix');
    expect(eventsOf(again.user.asin)).toEqual([]);
  });

  test('twice at once succeeds, and is told once', async () => {
    const { asin, token } = await anAccount('twice');
    const responses = await Promise.all([1, 2, 3].map(() => healthy.remove(token)));
    for (const { status } of responses) expect([202, 401]).toContain(status);
    expect(responses.map(({ status }) => status)).toContain(202);
    await expectGone(asin, 'twice');
  });
});

// Report, tombstone, revocation, two sessions (each revoked and removed), two steps of the report, name, mark, and
// the relay's write when the event has been published.
const WRITES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

describe('a deletion whose answers get lost', () => {
  test.each(WRITES)('of write %i once succeeds all the same', async (lost) => {
    const name = `lossy-leaver-${lost}`;
    const { asin, token } = await anAccount(name);
    const { document, writes } = faultyDocument((n) => (n === lost ? 'lose-answer' : undefined));
    const auth = await composeForTest(stack, { document });
    expect((await auth.remove(token)).status).toBe(202);
    await expectGone(asin, name);
    await auth.stop();
    expect(writes()).toBeGreaterThanOrEqual(WRITES.length);
  });
});

describe('a deletion that dies', () => {
  test.each([1, 2])('before its tombstone, at write %i, leaves the account as it was', async (last) => {
    const name = `survivor-${last}`;
    const { token } = await anAccount(name);
    const { document } = faultyDocument((n) => (n === last ? 'die-before' : undefined));
    const auth = await composeForTest(stack, { document });
    expect((await auth.remove(token)).status).toBe(500);
    expect((await healthy.me(token)).status).toBe(200);
    expect((await healthy.signIn(name)).status).toBe(201);
  });

  test.each(WRITES.slice(2))('before write %i is finished by the next start', async (last) => {
    const name = `interrupted-${last}`;
    const { asin, token } = await anAccount(name);
    const { document } = faultyDocument((n) => (n === last ? 'die-before' : undefined));
    const dying = await composeForTest(stack, { document });
    expect((await dying.remove(token)).status).toBe(202);
    await dying.stop();
    const left = (await storedItems().item(asin)) ?? {};
    expect(left['status']).toBe('deleted');
    expect(left).toHaveProperty('outbox');

    expect((await healthy.me(token)).status).toBe(401);
    expect((await healthy.signIn(name)).status).toBe(401);

    const next = await composeForTest(stack);
    await next.start?.();
    await expectGone(asin, name);
    await next.stop();
  });

  test('leaves a name that can be registered before the rest is done, and is not taken away by it', async () => {
    const { asin, token } = await anAccount('heir');
    const { document } = faultyDocument((n) => (n === 3 ? 'die-before' : undefined));
    const dying = await composeForTest(stack, { document });
    await dying.remove(token);
    const { user } = await signedIn(await healthy.register('heir', 'quite another password'));
    const next = await composeForTest(stack);
    await next.start?.();
    await expectGone(asin, 'heir');
    await next.stop();
    expect(await storedItems().item('name#heir')).toMatchObject({ user_id: user.asin, state: 'confirmed' });
    expect((await healthy.signIn('heir', 'quite another password')).status).toBe(201);
  });
});
