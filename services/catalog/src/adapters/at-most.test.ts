import { expect, it } from 'vitest';
import { atMost } from './at-most.ts';

it('at most so many calls are under way, and one that fails makes room like any other', async () => {
  const inTurn = atMost(3);
  let under = 0;
  let most = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      inTurn(async () => {
        most = Math.max(most, (under += 1));
        await new Promise(setImmediate);
        under -= 1;
        if (i % 4 === 0) throw new Error('no');
        return i;
      }),
    ),
  );
  expect(most).toBe(3);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(15);
});
