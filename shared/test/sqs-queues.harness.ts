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
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { createSqsClient } from '../src/aws/clients.ts';
import { silentLogger } from '../src/logging/logger.ts';
import { resolveQueue, type QueueUrls } from '../src/messaging/queue-urls.ts';
import {
  createSqsConsumer,
  type SqsConsumer,
  type SqsConsumerOptions,
} from '../src/messaging/sqs-consumer.ts';

export const PATIENT = { timeout: 40_000, interval: 50 };

export interface TestQueues {
  /** A queue with its dead letters, to which a message goes after two receives. */
  aQueue: () => Promise<QueueUrls>;
  /** Starts a consumer with a visibility timeout of 1 s; it is stopped after the test. */
  consume: (
    queue: QueueUrls,
    handle: SqsConsumerOptions['handle'],
    changes?: Partial<SqsConsumerOptions>,
  ) => SqsConsumer;
  put: (queue: QueueUrls, body: string, delaySeconds?: number) => Promise<void>;
  /** How many messages are in the queue: waiting, delayed or handed out. */
  sizeOf: (url: string) => Promise<number>;
  untilEmpty: (url: string) => Promise<void>;
  receiveOne: (url: string) => Promise<Message>;
  /** A client of which some commands fail before they are sent. */
  failing: (fails: (commandName: string, input: Record<string, unknown>) => boolean) => SQSClient;
}

/** Queues of the embedded stack, for all tests of a file. */
export function useQueues(): TestQueues {
  let stack: TestStack | undefined;
  let client: SQSClient | undefined;
  const consumers: SqsConsumer[] = [];
  const sqs = (): SQSClient => {
    if (client === undefined) throw new Error('not before the tests run');
    return client;
  };

  beforeAll(async () => {
    stack = await startTestStack();
    client = createSqsClient();
  });
  afterAll(async () => {
    client?.destroy();
    await stack?.close();
  });
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(0)));
  });

  async function createQueue(name: string, attributes: Record<string, string>): Promise<string> {
    const { QueueUrl = '' } = await sqs().send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
    );
    return QueueUrl;
  }

  async function sizeOf(url: string): Promise<number> {
    const { Attributes = {} } = await sqs().send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    return (['', 'NotVisible', 'Delayed'] as const).reduce(
      (sum, kind) => sum + Number(Attributes[`ApproximateNumberOfMessages${kind}`] ?? 0),
      0,
    );
  }

  return {
    async aQueue() {
      const name = `test-${randomUUID()}`;
      const deadLetterUrl = await createQueue(`${name}-dlq`, {});
      const { Attributes } = await sqs().send(
        new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
      );
      const redrive = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 2 };
      await createQueue(name, { RedrivePolicy: JSON.stringify(redrive) });
      return resolveQueue(sqs(), name, `${name}-dlq`);
    },

    consume(queue, handle, changes = {}) {
      const consumer = createSqsConsumer({
        name: 'test-queue',
        sqs: sqs(),
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
    },

    async put(queue, body, delaySeconds = 0) {
      await sqs().send(
        new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body, DelaySeconds: delaySeconds }),
      );
    },

    sizeOf,
    untilEmpty: (url) => vi.waitFor(async () => expect(await sizeOf(url)).toBe(0), PATIENT),

    receiveOne: (url) =>
      vi.waitFor(async () => {
        const { Messages = [] } = await sqs().send(
          new ReceiveMessageCommand({ QueueUrl: url, MessageAttributeNames: ['All'], WaitTimeSeconds: 1 }),
        );
        const [message] = Messages;
        if (message === undefined) throw new Error('the queue is empty');
        return message;
      }, PATIENT),

    failing(fails) {
      const real = sqs();
      const send = (command: { input: Record<string, unknown> }, ...rest: unknown[]) =>
        fails(command.constructor.name, command.input)
          ? Promise.reject(new Error('no answer from the queue'))
          : (real.send as (...args: unknown[]) => Promise<unknown>).call(real, command, ...rest);
      return Object.assign(Object.create(real) as SQSClient, { send });
    },
  };
}
