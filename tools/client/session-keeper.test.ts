import { expect, test } from 'vitest';
import { sessionKeeper } from './session-keeper.ts';
import type { SignedIn } from './wire.ts';

const signedIn = (n: number): SignedIn => ({
  token: `token ${n}`,
  token_type: 'Bearer',
  expires_in: 600,
  refresh_token: `refresh ${n}`,
  user: { asin: 'user_1', username: 'mara', date_created: '2026-11-22T12:00:00.000Z' },
});

test('a token that is held for hours is renewed behind it, once for all who ask at the same time', async () => {
  const used: string[] = [];
  let now = 0;
  const keeper = sessionKeeper(
    async (refreshToken) => {
      used.push(refreshToken);
      return signedIn(used.length + 1);
    },
    () => now,
  );
  const { token } = keeper.keep(signedIn(1));
  expect(await keeper.current(token)).toBe('token 1');
  now = 545_000;
  expect(await Promise.all([1, 2, 3].map(() => keeper.current(token)))).toEqual(Array(3).fill('token 2'));
  now += 545_000;
  expect(await keeper.current(token)).toBe('token 3');
  expect(used).toEqual(['refresh 1', 'refresh 2']);
});

test('tokens of others pass as they are', async () => {
  const keeper = sessionKeeper(() => Promise.reject(new Error('not to be called')));
  expect(await keeper.current('somebody else')).toBe('somebody else');
  expect(await keeper.current(undefined)).toBeUndefined();
});
