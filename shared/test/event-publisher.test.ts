import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SNSClient } from '@aws-sdk/client-sns';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { queues } from '@cairn/infra/resources';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createSnsClient, createSqsClient } from '../src/aws/clients.ts';
import { cairnEvent, type CairnEvent } from '../src/events/event-envelope.ts';
import { snsEventPublisher } from '../src/messaging/event-publisher.ts';
import { resolveQueue } from '../src/messaging/queue-urls.ts';

let stack: TestStack;
let sns: SNSClient;
let sqs: SQSClient;

beforeAll(async () => {
  stack = await startTestStack();
  sns = createSnsClient();
  sqs = createSqsClient();
});
afterAll(async () => {
  sns.destroy();
  sqs.destroy();
  await stack.close();
});

test('a published event reaches the queues as it was, with its type and id beside it', async () => {
  const { name, deadLetterQueue } = queues.catalogEvents;
  const { url } = await resolveQueue(sqs, name, deadLetterQueue.name);
  const event: CairnEvent = {
    id: 'event_1',
    type: 'asset.updated',
    occurred_at: '2026-01-02T03:04:05.000Z',
    asin: 'asset_1',
    user_id: 'user_1',
    revision: 2,
  };
  await snsEventPublisher(sns, stack.addresses.assetEventsTopicArn)(event);
  const message = await vi.waitFor(
    async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, MessageAttributeNames: ['All'], WaitTimeSeconds: 1 }),
      );
      const [received] = Messages;
      if (received === undefined) throw new Error('nothing yet');
      return received;
    },
    { timeout: 40_000 },
  );
  expect(cairnEvent.parse(JSON.parse(message.Body ?? ''))).toEqual(event);
  expect(message.MessageAttributes?.type?.StringValue).toBe('asset.updated');
  expect(message.MessageAttributes?.event_id?.StringValue).toBe('event_1');
});

test('a queue that is not there is a fault at the start', async () => {
  await expect(resolveQueue(sqs, 'no-such-queue', 'no-such-queue-dlq')).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
  });
});
