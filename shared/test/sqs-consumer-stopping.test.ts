import { describe, expect, test, vi } from 'vitest';
import { PATIENT, useQueues } from './sqs-queues.harness.ts';

const { aQueue, consume, put, sizeOf, untilEmpty, receiveOne, failing } = useQueues();

describe('stopping', () => {
  test('lets handlers finish and acknowledges what they did, but takes nothing new', async () => {
    const queue = await aQueue();
    const release = Promise.withResolvers<void>();
    const seen: string[] = [];
    const consumer = consume(queue, async ({ body }, signal) => {
      seen.push(body);
      await release.promise;
      expect(signal.aborted).toBe(false);
    });
    await put(queue, 'under way');
    await vi.waitFor(() => expect(seen).toHaveLength(1), PATIENT);
    const stopped = consumer.stop(10_000);
    await put(queue, 'too late');
    release.resolve();
    await stopped;
    expect(seen).toEqual(['under way']);
    expect((await receiveOne(queue.url)).Body).toBe('too late');
    expect(await sizeOf(queue.url)).toBe(1);
  });

  test.each([1, 4])(
    'aborts at the deadline what is not done, also with all of %i handlers busy, and gives it back at once',
    async (concurrency) => {
      const queue = await aQueue();
      const started = Promise.withResolvers<void>();
      const timeouts: unknown[] = [];
      const sqs = failing((command, input) => {
        if (command === 'ChangeMessageVisibilityCommand') timeouts.push(input.VisibilityTimeout);
        return false;
      });
      let aborted = 0;
      const consumer = consume(
        queue,
        (_, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              aborted += 1;
              reject(signal.reason as Error);
            });
            started.resolve();
          }),
        { sqs, concurrency, visibilitySeconds: 30 },
      );
      await put(queue, 'long');
      await started.promise;
      await consumer.stop(100);
      expect(aborted).toBe(1);
      expect(timeouts).toEqual([0]);
      expect((await receiveOne(queue.url)).Body).toBe('long');
    },
  );

  test('does not wait for a handler that does not hear the abort', async () => {
    const queue = await aQueue();
    const started = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const consumer = consume(queue, async () => {
      started.resolve();
      await release.promise;
    });
    await put(queue, 'deaf');
    await started.promise;
    const startedAt = performance.now();
    await consumer.stop(100);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    release.resolve();
    await untilEmpty(queue.url);
  });

  test('is immediate when nothing is under way, in the middle of a long poll', async () => {
    const queue = await aQueue();
    const polled = Promise.withResolvers<void>();
    const client = failing((command) => {
      if (command === 'ReceiveMessageCommand') polled.resolve();
      return false;
    });
    const consumer = consume(queue, () => Promise.resolve(), { sqs: client, waitSeconds: 20 });
    await polled.promise;
    const startedAt = performance.now();
    await consumer.stop(10_000);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
