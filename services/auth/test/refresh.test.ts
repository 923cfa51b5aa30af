import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { composeForTest, signedIn, storedItems, type TestAuth } from './auth.harness.ts';
import { faultyDocument, type Fault } from './faulty-document.ts';

let stack: TestStack;
let healthy: TestAuth;
beforeAll(async () => {
  stack = await startTestStack();
  healthy = await composeForTest(stack);
});
afterAll(async () => {
  await healthy.stop();
  await stack.close();
});

interface Refreshed {
  readonly token: string;
  readonly refresh_token: string;
}

const refreshAt = async (auth: TestAuth, refresh_token: string) =>
  auth.app.request('/v1/sessions/refresh', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refresh_token }),
  });

async function registered(username: string) {
  const body = (await signedIn(await healthy.register(username))) as Awaited<ReturnType<typeof signedIn>> &
    Refreshed;
  return { userId: body.user.asin, refreshToken: body.refresh_token, token: body.token };
}

const faulty = (fault: Fault) =>
  composeForTest(stack, { document: faultyDocument((n) => (n === 1 ? fault : undefined)).document });

describe('a refresh', () => {
  test('whose write was answered too late succeeds once, and its token is the one that is good', async () => {
    const { refreshToken } = await registered('lost-answer');
    const answer = await refreshAt(await faulty('lose-answer'), refreshToken);
    expect(answer.status).toBe(200);
    const { refresh_token } = (await answer.json()) as Refreshed;
    expect((await refreshAt(healthy, refresh_token)).status).toBe(200);
  });

  test('that dies before its write has changed nothing', async () => {
    const { refreshToken } = await registered('died-before');
    expect((await refreshAt(await faulty('die-before'), refreshToken)).status).toBe(500);
    expect((await refreshAt(healthy, refreshToken)).status).toBe(200);
  });

  test('that dies after its write leaves one who can sign in, and no second family', async () => {
    const { refreshToken, userId } = await registered('died-after');
    expect((await refreshAt(await faulty('lose-every-answer'), refreshToken)).status).toBe(503);
    expect((await refreshAt(healthy, refreshToken)).status).toBe(401);
    expect(await storedItems().sessionsOf(userId)).toEqual([]);
    expect((await healthy.signIn('died-after')).status).toBe(201);
  });

  test('of one token by forty at once, at two replicas, leaves no two families', async () => {
    const replica = await composeForTest(stack);
    for (let round = 0; round < 5; round++) {
      const { refreshToken, userId, token } = await registered(`racing-${round}`);
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) => refreshAt(i % 2 === 0 ? healthy : replica, refreshToken)),
      );
      const won = answers.filter(({ status }) => status === 200);
      expect(won.length).toBeLessThanOrEqual(1);
      expect(await storedItems().sessionsOf(userId)).toEqual([]);
      for (const answer of won) {
        const { refresh_token } = (await answer.json()) as Refreshed;
        expect((await refreshAt(healthy, refresh_token)).status).toBe(401);
      }
      // What another replica has revoked is seen within a second.
      await vi.waitFor(async () => expect((await healthy.me(token)).status).toBe(401), 40_000);
    }
  });
});
