import { afterEach, expect, it, vi } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { watchDependency, type Dependency } from './dependency.ts';

let watched: Dependency;
afterEach(() => watched.task.stop());

it('is reached once it has answered, and answers until it has been silent for too long', async () => {
  let clock = 0;
  let isAway = true;
  let asked = 0;
  watched = watchDependency({
    name: 'the table',
    logger: silentLogger(),
    intervalMs: 1,
    toleranceMs: 1_000,
    now: () => clock,
    ask: async () => {
      asked += 1;
      if (isAway) throw new Error('away');
    },
  });
  const askedAgain = async () => {
    const before = asked;
    await vi.waitFor(() => expect(asked).toBeGreaterThan(before + 1), { interval: 1 });
  };
  watched.task.start();
  await askedAgain();
  expect([watched.wasReached(), watched.isAnswering()]).toEqual([false, false]);

  isAway = false;
  await askedAgain();
  expect([watched.wasReached(), watched.isAnswering()]).toEqual([true, true]);

  isAway = true;
  await askedAgain();
  clock += 999;
  expect(watched.isAnswering()).toBe(true);
  clock += 1;
  expect([watched.wasReached(), watched.isAnswering()]).toEqual([true, false]);

  isAway = false;
  await askedAgain();
  expect(watched.isAnswering()).toBe(true);
});
