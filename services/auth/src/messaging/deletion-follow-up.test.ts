import { silentLogger } from '@cairn/shared/logging/logger';
import { createPeriodicTask } from '@cairn/shared/lifecycle/periodic-task';
import { expect, test } from 'vitest';
import { deletionFollowUp } from './deletion-follow-up.ts';

function followUpWith(parts: { finish?: () => Promise<void>; relay?: () => Promise<void> }) {
  const relayed: string[] = [];
  const logger = silentLogger();
  const followUp = deletionFollowUp({
    finishUserDeletion: parts.finish ?? (async () => undefined),
    relay: {
      async relay(key) {
        relayed.push(key);
        await parts.relay?.();
      },
      sweep: async () => 0,
      task: createPeriodicTask({ name: 'none', intervalMs: 1, logger, run: async () => undefined }),
    },
    logger,
  });
  return { followUp, relayed };
}

test('it does not wait for the topic, and draining does', async () => {
  let publish: () => void = () => undefined;
  const published = new Promise<void>((resolve) => {
    publish = resolve;
  });
  const { followUp, relayed } = followUpWith({ relay: () => published });
  await followUp.run('user_1');
  expect(relayed).toEqual(['user_1']);
  let drained = false;
  const draining = followUp.drain().then(() => {
    drained = true;
  });
  await Promise.resolve();
  expect(drained).toBe(false);
  publish();
  await draining;
  expect(drained).toBe(true);
});

test('a clean-up that fails is left to the sweep, and so is the event', async () => {
  const { followUp, relayed } = followUpWith({ finish: () => Promise.reject(new Error('away')) });
  await followUp.run('user_1');
  expect(relayed).toEqual([]);
});

test('an announcement that fails is left to the sweep', async () => {
  const { followUp, relayed } = followUpWith({ relay: () => Promise.reject(new Error('away')) });
  await followUp.run('user_1');
  await followUp.drain();
  expect(relayed).toEqual(['user_1']);
});
