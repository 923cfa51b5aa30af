import { afterEach, expect, it, vi } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { awaitDependency, type Dependency } from './dependency.ts';

let awaited: Dependency;
afterEach(() => awaited.task.stop());

it('is asked until it has answered once, and was reached from then on', async () => {
  let isAway = true;
  let asked = 0;
  awaited = awaitDependency({
    name: 'the table',
    logger: silentLogger(),
    intervalMs: 1,
    ask: async () => {
      asked += 1;
      if (isAway) throw new Error('away');
    },
  });
  awaited.task.start();
  await vi.waitFor(() => expect(asked).toBeGreaterThan(2), { interval: 1 });
  expect(awaited.wasReached()).toBe(false);
  isAway = false;
  await vi.waitFor(() => expect(awaited.wasReached()).toBe(true), { interval: 1 });
  const whenReached = asked;
  isAway = true;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([awaited.wasReached(), asked]).toEqual([true, whenReached]);
});
