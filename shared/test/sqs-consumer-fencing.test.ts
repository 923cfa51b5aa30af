import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { PATIENT, useQueues } from './sqs-queues.harness.ts';

const { aQueue, consume, put, sizeOf, untilEmpty, receiveOne, failing } = useQueues();
const WORKER = fileURLToPath(new URL('children/slow-worker.ts', import.meta.url));

test('a worker that was stopped past its visibility writes nothing more, and leaves the message to who has it', async () => {
  const queue = await aQueue();
  const child = fork(WORKER, [queue.url, queue.deadLetterUrl]);
  const heard: string[] = [];
  let heardAt = 0;
  child.on('message', (line: string) => {
    heard.push(line);
    heardAt = performance.now();
    // In its pause, which ends before any timer of the lease does: it asks first, and must be told.
    if (line === 'wrote') child.kill('SIGSTOP');
  });
  try {
    await put(queue, 'hello');
    await vi.waitFor(() => expect(heard).toEqual(['wrote']), PATIENT);
    const done = Promise.withResolvers<void>();
    const counts: number[] = [];
    consume(
      queue,
      async ({ receiveCount }) => {
        counts.push(receiveCount);
        await done.promise;
      },
      { visibilitySeconds: 5 },
    );
    await vi.waitFor(() => expect(counts).toEqual([2]), PATIENT);
    // The queue counts from when it answered, the worker from when it got to read that.
    await vi.waitFor(() => expect(performance.now() - heardAt).toBeGreaterThan(2_000), PATIENT);
    child.kill('SIGCONT');
    await vi.waitFor(() => expect(heard).not.toEqual(['wrote']), PATIENT);
    expect(heard).toEqual(['wrote', 'aborted']);
    expect(await sizeOf(queue.url)).toBe(1);
    done.resolve();
    await untilEmpty(queue.url);
    expect(counts).toEqual([2]);
    expect(await sizeOf(queue.deadLetterUrl)).toBe(0);
  } finally {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
});

test('a message whose receipt the queue refuses is neither deleted nor changed', async () => {
  const queue = await aQueue();
  const calls: string[] = [];
  const started = Promise.withResolvers<void>();
  const sqs = failing((command, input) => {
    calls.push(command);
    if (command === 'ChangeMessageVisibilityCommand') input.ReceiptHandle = 'somebody-elses';
    return false;
  });
  const reasons: unknown[] = [];
  const consumer = consume(
    queue,
    (_, signal) =>
      new Promise((resolve) => {
        started.resolve();
        signal.addEventListener('abort', () => {
          reasons.push((signal.reason as Error).name);
          resolve();
        });
      }),
    { sqs, visibilitySeconds: 3 },
  );
  await put(queue, 'hello');
  await started.promise;
  await vi.waitFor(() => expect(reasons).toEqual(['MessageLostError']), PATIENT);
  await consumer.stop(1_000);
  expect(calls.filter((call) => call !== 'ReceiveMessageCommand')).toEqual([
    'ChangeMessageVisibilityCommand',
  ]);
  expect((await receiveOne(queue.url)).Body).toBe('hello');
});

test('a message that cannot be held any more is handled by the next worker, while the first is deaf', async () => {
  const queue = await aQueue();
  const release = Promise.withResolvers<void>();
  const counts: number[] = [];
  const sqs = failing((command) => command === 'ChangeMessageVisibilityCommand');
  const started = Promise.withResolvers<void>();
  const deaf = () => {
    started.resolve();
    return release.promise;
  };
  consume(queue, deaf, { sqs, concurrency: 1 });
  await put(queue, 'hello');
  await started.promise;
  consume(queue, ({ receiveCount }) => Promise.resolve(void counts.push(receiveCount)));
  await untilEmpty(queue.url);
  release.resolve();
  expect(counts).toEqual([2]);
});

test('a handler that hangs is aborted in the end, and its message comes back', async () => {
  const queue = await aQueue();
  const counts: number[] = [];
  consume(
    queue,
    ({ receiveCount }, signal) => {
      counts.push(receiveCount);
      if (receiveCount > 1) return Promise.resolve();
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('hung'))),
      );
    },
    { maxHandlingMs: 300 },
  );
  await put(queue, 'hello');
  await untilEmpty(queue.url);
  expect(counts).toEqual([1, 2]);
  expect(await sizeOf(queue.deadLetterUrl)).toBe(0);
});
