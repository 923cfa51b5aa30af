import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PASSWORD } from '../src/testing/builders.ts';
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

const rename = async (auth: TestAuth, token: string, username: string) =>
  auth.app.request('/v1/users/me', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ username, password: PASSWORD }),
  });

describe('a change of username', () => {
  // The wish, the claim, the move, the confirmation, the former name, the end.
  const steps = [1, 2, 3, 4, 5, 6];
  const faults: Fault[] = ['lose-answer', 'lose-every-answer', 'die-before'];

  test.each(faults.flatMap((fault) => steps.map((step) => [fault, step] as const)))(
    'with the fault %s at write %i keeps exactly one name for sign-in, and is settled by the sweep',
    async (fault, step) => {
      const [from, to] = [`from-${fault}-${step}`, `to-${fault}-${step}`];
      const { user, token } = await signedIn(await healthy.register(from));
      const { document } = faultyDocument((n) => (n === step ? fault : undefined));
      const faulty = await composeForTest(stack, { document });
      const response = await rename(faulty, token, to);
      const answered = fault === 'lose-answer' ? 200 : response.status;
      expect(response.status).toBe(answered);

      const names = async () => {
        const [old, next] = [await healthy.signIn(from), await healthy.signIn(to)];
        return [old.status, next.status].filter((status) => status === 201).length;
      };
      expect(await names()).toBe(1);
      const sweeper = await composeForTest(stack);
      await sweeper.start?.();
      await vi.waitFor(async () => {
        expect(await storedItems().item(user.asin)).not.toHaveProperty('renaming');
      }, 40_000);
      await sweeper.stop();
      expect(await names()).toBe(1);
      // Only who died before the wish was written has wished for nothing.
      const moved = !(fault === 'die-before' && step === 1);
      const states = [from, to].map(async (name) => (await storedItems().item(`name#${name}`))?.['state']);
      expect((await storedItems().item(user.asin))?.['username']).toBe(moved ? to : from);
      expect(await Promise.all(states)).toEqual(moved ? ['former', 'confirmed'] : ['confirmed', undefined]);
    },
  );

  test('of twenty users to one name gives it to one of them', async () => {
    const users = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => signedIn(await healthy.register(`racer-${i}`))),
    );
    const answers = await Promise.all(users.map(({ token }) => rename(healthy, token, 'The-Prize')));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 409),
    ]);
    const winner = await signedIn(await healthy.signIn('the-prize'));
    const others = users.filter(({ user }) => user.asin !== winner.user.asin);
    expect(others).toHaveLength(19);
    const [loser] = others;
    expect((await healthy.signIn(loser?.user.username ?? '')).status).toBe(201);
  });
});
