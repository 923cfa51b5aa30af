import { describe, expect, test, vi } from 'vitest';
import { PoisonMessageError } from '../src/messaging/poison-message-error.ts';
import { PATIENT, useQueues } from './sqs-queues.harness.ts';

const { aQueue, consume, put, sizeOf, untilEmpty, receiveOne, failing } = useQueues();

describe('a message', () => {
  test('whose handler resolves is handled once and gone', async () => {
    const queue = await aQueue();
    const seen: unknown[] = [];
    consume(queue, (message) => Promise.resolve(void seen.push([message.body, message.receiveCount])));
    await put(queue, 'hello');
    await untilEmpty(queue.url);
    expect(seen).toEqual([['hello', 1]]);
    expect(await sizeOf(queue.deadLetterUrl)).toBe(0);
  });

  test('whose handler throws comes back after a pause, and goes to the dead letters in the end, with the reason', async () => {
    const queue = await aQueue();
    const at: number[] = [];
    const counts: number[] = [];
    consume(queue, ({ receiveCount }) => {
      at.push(performance.now());
      counts.push(receiveCount);
      return Promise.reject(new RangeError('a secret'));
    });
    await put(queue, 'hello');
    const dead = await receiveOne(queue.deadLetterUrl);
    expect(dead.Body).toBe('hello');
    expect(dead.MessageAttributes).toMatchObject({
      reason: { StringValue: 'RangeError' },
      source_queue: { StringValue: 'test-queue' },
      receive_count: { StringValue: '2' },
      first_sent_at: { StringValue: expect.stringMatching(/^20\d\d-/) },
      last_received_at: { StringValue: expect.stringMatching(/^20\d\d-/) },
    });
    expect(counts).toEqual([1, 2]);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(800);
    // It is acknowledged once it lies safely among the dead letters.
    await untilEmpty(queue.url);
    expect(counts).toEqual([1, 2]);
  });

  test('that fails once and then succeeds never reaches the dead letters', async () => {
    const queue = await aQueue();
    const counts: number[] = [];
    consume(queue, ({ receiveCount }) => {
      counts.push(receiveCount);
      return receiveCount === 1 ? Promise.reject(new Error('not now')) : Promise.resolve();
    });
    await put(queue, 'hello');
    await vi.waitFor(() => expect(counts).toEqual([1, 2]), PATIENT);
    await untilEmpty(queue.url);
    expect(await sizeOf(queue.deadLetterUrl)).toBe(0);
  });

  test('that is poison goes to the dead letters at once, as it was, with the reason', async () => {
    const queue = await aQueue();
    let handled = 0;
    consume(queue, () => {
      handled += 1;
      return Promise.reject(new PoisonMessageError('not JSON'));
    });
    await put(queue, '{"half":');
    const dead = await receiveOne(queue.deadLetterUrl);
    expect(dead.Body).toBe('{"half":');
    expect(dead.MessageAttributes?.reason?.StringValue).toBe('not JSON');
    expect(dead.MessageAttributes?.source_queue?.StringValue).toBe('test-queue');
    await untilEmpty(queue.url);
    expect(handled).toBe(1);
  });

  test('stays with its handler for three times the visibility timeout', async () => {
    const queue = await aQueue();
    const muchLater = Promise.withResolvers<void>();
    const seen: string[] = [];
    consume(
      queue,
      async ({ body }) => {
        seen.push(body);
        if (body === 'later') muchLater.resolve();
        else await muchLater.promise;
      },
      { visibilitySeconds: 2 },
    );
    await put(queue, 'long');
    await put(queue, 'later', 6);
    await untilEmpty(queue.url);
    expect(seen).toEqual(['long', 'later']);
    expect(await sizeOf(queue.deadLetterUrl)).toBe(0);
  });

  test('whose deletion failed is handled again, and deleted then', async () => {
    const queue = await aQueue();
    let deletions = 0;
    const client = failing((command) => {
      if (command !== 'DeleteMessageBatchCommand') return false;
      deletions += 1;
      return deletions === 1;
    });
    let handled = 0;
    consume(queue, () => Promise.resolve(void (handled += 1)), { sqs: client });
    await put(queue, 'hello');
    await vi.waitFor(() => expect(handled).toBe(2), PATIENT);
    await untilEmpty(queue.url);
    expect(await sizeOf(queue.deadLetterUrl)).toBe(0);
  });

  test('comes back by itself when neither its deletion nor its return could be told', async () => {
    const queue = await aQueue();
    let broken = true;
    const client = failing((command) => broken && command !== 'ReceiveMessageCommand');
    let handled = 0;
    consume(
      queue,
      () => {
        handled += 1;
        broken = handled === 1;
        return Promise.resolve();
      },
      { sqs: client },
    );
    await put(queue, 'hello');
    await untilEmpty(queue.url);
    expect(handled).toBe(2);
  });
});

describe('many messages', () => {
  test('are never handled by more handlers at once than allowed', async () => {
    const queue = await aQueue();
    let running = 0;
    let most = 0;
    let handled = 0;
    const release = Promise.withResolvers<void>();
    consume(
      queue,
      async () => {
        running += 1;
        most = Math.max(most, running);
        if (most === 2) release.resolve();
        await release.promise;
        running -= 1;
        handled += 1;
      },
      { concurrency: 2 },
    );
    for (let i = 0; i < 12; i += 1) await put(queue, `m${i}`);
    await vi.waitFor(() => expect(handled).toBe(12), PATIENT);
    expect(most).toBe(2);
  });

  test('are each handled once by two consumers together', async () => {
    const queue = await aQueue();
    const seen: string[] = [];
    for (let i = 0; i < 2; i += 1) consume(queue, ({ body }) => Promise.resolve(void seen.push(body)));
    const bodies = Array.from({ length: 20 }, (_, i) => `m${i}`);
    for (const body of bodies) await put(queue, body);
    await vi.waitFor(() => expect(seen).toHaveLength(20), PATIENT);
    await untilEmpty(queue.url);
    expect(seen.sort()).toEqual(bodies.sort());
  });

  test('are not held up by one that always fails', async () => {
    const queue = await aQueue();
    const seen: string[] = [];
    consume(queue, ({ body }) => {
      if (body === 'bad') return Promise.reject(new Error('always'));
      seen.push(body);
      return Promise.resolve();
    });
    await put(queue, 'bad');
    for (let i = 0; i < 20; i += 1) await put(queue, `m${i}`);
    await vi.waitFor(() => expect(seen).toHaveLength(20), PATIENT);
    expect((await receiveOne(queue.deadLetterUrl)).Body).toBe('bad');
  });
});

describe('receiving', () => {
  test('that fails is tried again, less and less often, until it works', async () => {
    const queue = await aQueue();
    const at: number[] = [];
    const client = failing((command) => {
      if (command !== 'ReceiveMessageCommand') return false;
      at.push(performance.now());
      return at.length <= 2;
    });
    await put(queue, 'hello');
    const handled = vi.fn<() => Promise<void>>(() => Promise.resolve());
    consume(queue, handled, { sqs: client });
    await vi.waitFor(() => expect(handled).toHaveBeenCalledTimes(1), PATIENT);
    const [first = 0, second = 0, third = 0] = at;
    expect(second - first).toBeGreaterThan(350);
    expect(third - second).toBeGreaterThan(750);
  });
});
