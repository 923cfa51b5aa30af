import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STALE_CLAIM_MS } from '../src/domain/claim-name.ts';
import { composeForTest, signedIn, storedItems, type TestAuth } from './auth.harness.ts';
import { faultyDocument } from './faulty-document.ts';

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

/** One name in the spellings that people and attackers use. */
const spellingsOf = (name: string) => [
  `${name}@b\u00fccher.example`,
  `${name.toUpperCase()}@B\u00dcCHER.example`,
  ` ${name}@bu\u0308cher.example`,
  `${name}@xn--bcher-kva.example`,
  `${name}@b\u00fccher.EXAMPLE `,
];

describe('50 racing registrations of one name in all its spellings', () => {
  test.each([
    ['with every answer', undefined],
    ['with every third answer lost', (n: number) => (n % 3 === 0 ? ('lose-answer' as const) : undefined)],
  ])('%s make exactly one account', async (_how, fault) => {
    const name = fault === undefined ? 'race' : 'lossyrace';
    const auth =
      fault === undefined
        ? healthy
        : await composeForTest(stack, { document: faultyDocument(fault).document });
    const spellings = spellingsOf(name);
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, i) => auth.register(spellings[i % spellings.length] ?? '')),
    );
    const statuses = responses.map((response) => response.status).sort((a, b) => a - b);
    expect(statuses).toEqual([201, ...Array.from({ length: 49 }, () => 409)]);

    const winner = responses.find((response) => response.status === 201);
    const { user } = await signedIn(winner ?? Response.error());
    const stored = storedItems();
    const named = await stored.usersNamed(...spellings.map((spelling) => spelling.trim().normalize('NFC')));
    expect(named.map((item) => item['asin'])).toEqual([user.asin]);
    expect(await stored.item(`name#${name}@b\u00fccher.example`)).toMatchObject({
      user_id: user.asin,
      state: 'confirmed',
    });
    for (const spelling of spellings) {
      const response = await healthy.signIn(spelling);
      expect((await signedIn(response)).user.asin).toBe(user.asin);
    }
  });
});

const STEPS = ['the claim', 'the user', 'the confirmation', 'the session'];

describe('a registration whose answers get lost', () => {
  test.each(STEPS.map((step, i) => [step, i + 1] as const))(
    'of %s once succeeds all the same, with one of everything',
    async (_step, lost) => {
      const name = `lost-once-${lost}`;
      const { document, writes } = faultyDocument((n) => (n === lost ? 'lose-answer' : undefined));
      const auth = await composeForTest(stack, { document });
      const response = await auth.register(name);
      expect(response.status).toBe(201);
      expect(writes()).toBe(STEPS.length);
      const { user, token } = await signedIn(response);
      const stored = storedItems();
      expect(await stored.item(`name#${name}`)).toMatchObject({ user_id: user.asin, state: 'confirmed' });
      expect(await stored.usersNamed(name)).toHaveLength(1);
      expect(await stored.sessionsOf(user.asin)).toHaveLength(1);
      expect((await healthy.me(token)).status).toBe(200);
      expect((await healthy.register(name)).status).toBe(409);
    },
  );

  test('of the claim for good leaves a name that is free again after the bound', async () => {
    const { document } = faultyDocument((n) => (n === 1 ? 'lose-every-answer' : undefined));
    const auth = await composeForTest(stack, { document });
    expect((await auth.register('lost-claim')).status).toBe(503);
    expect((await healthy.register('lost-claim')).status).toBe(409);
    const later = await composeForTest(stack, {
      now: () => new Date(Date.now() + STALE_CLAIM_MS + 1_000),
    });
    expect((await later.register('lost-claim')).status).toBe(201);
    expect((await storedItems().usersNamed('lost-claim')).length).toBe(1);
  });

  test.each(STEPS.slice(1).map((step, i) => [step, i + 2] as const))(
    'of %s for good leaves an account that its owner signs in to, and that nobody takes over',
    async (_step, lost) => {
      const name = `lost-${lost}`;
      const { document } = faultyDocument((n) => (n === lost ? 'lose-every-answer' : undefined));
      const auth = await composeForTest(stack, { document });
      const response = await auth.register(name);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ code: 'service.unavailable' });
      const later = await composeForTest(stack, {
        now: () => new Date(Date.now() + STALE_CLAIM_MS + 1_000),
      });
      expect((await later.register(name)).status).toBe(409);
      const { user } = await signedIn(await healthy.signIn(name));
      expect(await storedItems().item(`name#${name}`)).toMatchObject({
        user_id: user.asin,
        state: 'confirmed',
      });
    },
  );

  test.each(STEPS.map((step, i) => [step, i + 1] as const))(
    'and that dies before %s never leaves two accounts of one name, nor a name that is lost',
    async (_step, last) => {
      const name = `dead-${last}`;
      const { document } = faultyDocument((n) => (n === last ? 'die-before' : undefined));
      await (await composeForTest(stack, { document })).register(name);
      const later = await composeForTest(stack, {
        now: () => new Date(Date.now() + STALE_CLAIM_MS + 1_000),
      });
      const again = await later.register(name);
      const signIn = await healthy.signIn(name);
      expect(again.status).toBe(last <= 2 ? 201 : 409);
      expect(signIn.status).toBe(201);
      expect(await storedItems().usersNamed(name)).toHaveLength(1);
    },
  );
});
