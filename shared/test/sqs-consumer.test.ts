import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createSqsClient } from '../src/aws/clients.ts';
import { silentLogger } from '../src/logging/logger.ts';
import { PoisonMessageError } from '../src/messaging/poison-message-error.ts';
import type { QueueUrls } from '../src/messaging/queue-urls.ts';
import {
  createSqsConsumer,
  type SqsConsumer,
  type SqsConsumerOptions,
} from '../src/messaging/sqs-consumer.ts';

const MAX_RECEIVE_COUNT = 2;
const PATIENT = { timeout: 15_000, interval: 50 };

let stack: TestStack;
let sqs: SQSClient;
const consumers: SqsConsumer[] = [];

beforeAll(async () => {
  stack = await startTestStack();
  sqs = createSqsClient();
});
afterAll(async () => {
  sqs.destroy();
  await stack.close();
});
afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(0)));
});

async function aQueue(): Promise<QueueUrls> {
  const create = async (name: string, attributes: Record<string, string>) => {
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
    );
    return QueueUrl;
  };
  const name = `test-${randomUUID()}`;
  const deadLetterUrl = await create(`${name}-dlq`, {});
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
  );
  const redrive = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: MAX_RECEIVE_COUNT };
  return { url: await create(name, { RedrivePolicy: JSON.stringify(redrive) }), deadLetterUrl };
}

function consume(
  queue: QueueUrls,
  handle: SqsConsumerOptions['handle'],
  changes: Partial<SqsConsumerOptions> = {},
): SqsConsumer {
  const consumer = createSqsConsumer({
    name: 'test-queue',
    sqs,
    queue,
    visibilitySeconds: 1,
    concurrency: 4,
    waitSeconds: 1,
    logger: silentLogger(),
    handle,
    ...changes,
  });
  consumers.push(consumer);
  consumer.start();
  return consumer;
}

const put = (queue: QueueUrls, body: string, delaySeconds = 0) =>
  sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body, DelaySeconds: delaySeconds }));

/** How many messages are in the queue: waiting, delayed or handed out. */
async function sizeOf(url: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  return ['', 'NotVisible', 'Delayed'].reduce(
    (sum, kind) => sum + Number(Attributes[`ApproximateNumberOfMessages${kind}`] ?? 0),
    0,
  );
}

const untilEmpty = (url: string) => vi.waitFor(async () => expect(await sizeOf(url)).toBe(0), PATIENT);

async function receiveOne(url: string): Promise<Message> {
  return vi.waitFor(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MessageAttributeNames: ['All'], WaitTimeSeconds: 1 }),
    );
    const [message] = Messages;
    if (message === undefined) throw new Error('the queue is empty');
    return message;
  }, PATIENT);
}

/** The client, with some commands failing before they are sent. */
function failing(fails: (command: object) => boolean): SQSClient {
  const send = (command: Parameters<SQSClient['send']>[0], ...rest: unknown[]) =>
    fails(command)
      ? Promise.reject(new Error('no answer from the queue'))
      : (sqs.send as (...args: unknown[]) => Promise<unknown>).call(sqs, command, ...rest);
  return Object.assign(Object.create(sqs) as SQSClient, { send });
}

const isNamed = (command: object, name: string) => command.constructor.name === name;

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

  test('whose handler throws comes back after a pause, and goes to the dead letters in the end', async () => {
    const queue = await aQueue();
    const at: number[] = [];
    const counts: number[] = [];
    consume(queue, ({ receiveCount }) => {
      at.push(performance.now());
      counts.push(receiveCount);
      return Promise.reject(new Error('not now'));
    });
    await put(queue, 'hello');
    const dead = await receiveOne(queue.deadLetterUrl);
    expect(dead.Body).toBe('hello');
    expect(counts).toEqual([1, 2]);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(800);
    expect(await sizeOf(queue.url)).toBe(0);
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
    const threeSecondsLater = Promise.withResolvers<void>();
    const seen: string[] = [];
    consume(queue, async ({ body }) => {
      seen.push(body);
      if (body === 'later') threeSecondsLater.resolve();
      else await threeSecondsLater.promise;
    });
    await put(queue, 'long');
    await put(queue, 'later', 3);
    await untilEmpty(queue.url);
    expect(seen).toEqual(['long', 'later']);
    expect(await sizeOf(queue.deadLetterUrl)).toBe(0);
  });

  test('whose deletion failed is handled again, and deleted then', async () => {
    const queue = await aQueue();
    let deletions = 0;
    const client = failing((command) => {
      if (!isNamed(command, 'DeleteMessageCommand')) return false;
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
    const client = failing((command) => broken && !isNamed(command, 'ReceiveMessageCommand'));
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
      if (!isNamed(command, 'ReceiveMessageCommand')) return false;
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
        { concurrency, visibilitySeconds: 30 },
      );
      const started = Promise.withResolvers<void>();
      await put(queue, 'long');
      await started.promise;
      const startedAt = performance.now();
      await consumer.stop(100);
      expect(aborted).toBe(1);
      const again = await receiveOne(queue.url);
      expect(again.Body).toBe('long');
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    },
  );

  test('is immediate when nothing is under way, in the middle of a long poll', async () => {
    const queue = await aQueue();
    const polled = Promise.withResolvers<void>();
    const client = failing((command) => {
      if (isNamed(command, 'ReceiveMessageCommand')) polled.resolve();
      return false;
    });
    const consumer = consume(queue, () => Promise.resolve(), { sqs: client, waitSeconds: 20 });
    await polled.promise;
    const startedAt = performance.now();
    await consumer.stop(10_000);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
