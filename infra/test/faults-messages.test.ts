import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { duplicate, late, reorder } from '../local/faults/message-rules.ts';
import { startTestStack, type FaultyTestStack } from '../local/testing.ts';

let stack: FaultyTestStack;
let sqs: SQSClient;
let queues = 0;

beforeAll(async () => {
  stack = await startTestStack({ faults: true });
  sqs = new SQSClient({});
});

afterEach(() => stack.faults.clear());

afterAll(async () => {
  sqs.destroy();
  await stack.close();
});

async function newQueue(): Promise<{ queue: string; url: string }> {
  queues += 1;
  const queue = `queue-${queues}`;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: queue }));
  return { queue, url: QueueUrl };
}

const send = (QueueUrl: string, MessageBody: string) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody,
      MessageAttributes: { type: { DataType: 'String', StringValue: 'asset.published' } },
    }),
  );

async function receive(
  QueueUrl: string,
  options: { attributes?: boolean; wait?: number } = {},
): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: options.wait ?? 0,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      ...(options.attributes === true ? { MessageAttributeNames: ['All'] } : {}),
    }),
  );
  return Messages;
}

const bodies = (messages: readonly Message[]) => messages.map((message) => message.Body);

it('delivers a message three times under one id, without a trace of how', async () => {
  const { queue, url } = await newQueue();
  stack.faults.sqs.add(duplicate({ queue, deliveries: 3 }));
  await send(url, 'hello');
  const deliveries: Message[] = [];
  while (deliveries.length < 3) deliveries.push(...(await receive(url, { attributes: true })));
  expect(await receive(url)).toEqual([]);
  expect(new Set(deliveries.map((message) => message.MessageId)).size).toBe(1);
  expect(new Set(deliveries.map((message) => message.ReceiptHandle)).size).toBe(3);
  for (const message of deliveries) {
    expect(message).toMatchObject({
      Body: 'hello',
      MessageAttributes: { type: { StringValue: 'asset.published' } },
      Attributes: { ApproximateReceiveCount: '1' },
    });
    expect(Object.keys(message.MessageAttributes ?? {})).toEqual(['type']);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
  }
});

it('delivers duplicates to two workers at once', async () => {
  const { queue, url } = await newQueue();
  stack.faults.sqs.add(duplicate({ queue }));
  const worker = async () => {
    for (;;) {
      const messages = await receive(url, { wait: 5 });
      if (messages.length > 0) return bodies(messages);
    }
  };
  const workers = [worker(), worker()];
  await send(url, 'hello');
  expect(await Promise.all(workers)).toEqual([['hello'], ['hello']]);
});

it('gives a consumer only the attributes that it asked for', async () => {
  const { queue, url } = await newQueue();
  stack.faults.sqs.add(duplicate({ queue, deliveries: 1 }));
  await send(url, 'hello');
  expect((await receive(url))[0]).not.toHaveProperty('MessageAttributes');
});

it('holds a message until it is released, and then delivers it as if for the first time', async () => {
  const { queue, url } = await newQueue();
  const rule = stack.faults.sqs.add(late({ queue, where: (message) => message.body === 'late' }));
  await send(url, 'late');
  await send(url, 'punctual');
  expect(bodies(await receive(url))).toEqual(['punctual']);
  expect(await receive(url)).toEqual([]);
  await rule.release();
  expect(await receive(url)).toMatchObject([{ Body: 'late', Attributes: { ApproximateReceiveCount: '1' } }]);
});

it('holds a message for some time', async () => {
  const { queue, url } = await newQueue();
  stack.faults.sqs.add(late({ queue, ms: 150, times: 1 }));
  await send(url, 'late');
  const since = performance.now();
  expect(await receive(url)).toEqual([]);
  expect(bodies(await receive(url, { wait: 5 }))).toEqual(['late']);
  expect(performance.now() - since).toBeGreaterThanOrEqual(145);
});

it('delivers a window of messages in another order', async () => {
  const { queue, url } = await newQueue();
  stack.faults.sqs.add(reorder({ queue, window: 5 }));
  const sent = ['1', '2', '3', '4', '5'];
  for (const body of sent.slice(0, 4)) await send(url, body);
  expect(await receive(url)).toEqual([]);
  await send(url, '5');
  expect(await receive(url)).toEqual([]);
  const received = bodies(await receive(url));
  expect(received).not.toEqual(sent);
  expect(new Set(received)).toEqual(new Set(sent));
});

it('lets go of everything when the faults are cleared', async () => {
  const { queue, url } = await newQueue();
  stack.faults.sqs.add(late({ queue, ms: 60_000 }));
  await send(url, 'held');
  expect(await receive(url)).toEqual([]);
  await stack.faults.clear();
  expect(bodies(await receive(url))).toEqual(['held']);
});

it('acts on what S3 and the topic put into a queue, too', async () => {
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'object-created' }));
  stack.faults.sqs.add(
    duplicate({
      queue: 'object-created',
      where: ({ body }) => body.includes('ObjectCreated'),
      deliveries: 2,
    }),
  );
  const s3 = new S3Client({ forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: 'cairn-incoming', Key: 'a/b', Body: 'x' }));
  const events: Message[] = [];
  while (events.length < 2) {
    const messages = await receive(QueueUrl, { wait: 5 });
    events.push(...messages.filter((message) => message.Body?.includes('a/b') === true));
  }
  expect(events[0]?.MessageId).toBe(events[1]?.MessageId);
});
