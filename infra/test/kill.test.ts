import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startKillableStack, type KillableStack } from './killable-stack.ts';

let dataDir: string;
let stack: KillableStack;

// One folder for all of them, killed and started again by each.
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cairn-kill-'));
  stack = await startKillableStack(dataDir);
});

afterAll(async () => {
  await stack.kill();
  await rm(dataDir, { recursive: true, force: true });
});

/** Kills the stack while `write` runs over and over in several lanes; resolves to what was acknowledged. */
async function killDuring(
  acknowledgements: number,
  write: (id: string) => Promise<unknown>,
): Promise<string[]> {
  const acknowledged: string[] = [];
  let killing: Promise<void> | undefined;
  const lane = async (name: number) => {
    for (let i = 0; killing === undefined; i += 1) {
      const id = `${name}-${i}`;
      try {
        await write(id);
      } catch (error) {
        if (killing === undefined) throw error;
        return;
      }
      acknowledged.push(id);
      if (acknowledged.length >= acknowledgements) killing ??= stack.kill();
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(lane));
  await killing;
  stack = await startKillableStack(dataDir);
  return acknowledged;
}

async function queueUrl(name: string): Promise<string> {
  const { QueueUrl = '' } = await stack.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  return QueueUrl;
}

async function receiveAll(sqs: SQSClient, url: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 300 }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map((message) => message.Body ?? ''));
  }
}

it('has every acknowledged item after kill -9', async () => {
  const put = (id: string) =>
    stack.dynamodb.send(new PutItemCommand({ TableName: 'quotas', Item: { user_id: { S: id } } }));
  const acknowledged = await killDuring(300, put);
  const missing: string[] = [];
  for (const id of acknowledged) {
    const { Item } = await stack.dynamodb.send(
      new GetItemCommand({ TableName: 'quotas', Key: { user_id: { S: id } } }),
    );
    if (Item === undefined) missing.push(id);
  }
  expect(missing).toEqual([]);
});

it('has every acknowledged message after kill -9, also those that went through the topic', async () => {
  const url = await queueUrl('downloads');
  const { TopicArn } = await stack.sns.send(new CreateTopicCommand({ Name: 'asset-events' }));
  const acknowledged = await killDuring(300, (id) =>
    id.startsWith('1')
      ? stack.sns.send(new PublishCommand({ TopicArn, Message: id }))
      : stack.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: id })),
  );
  const received = new Set([
    ...(await receiveAll(stack.sqs, await queueUrl('downloads'))),
    ...(await receiveAll(stack.sqs, await queueUrl('catalog-events'))),
  ]);
  expect(acknowledged.filter((id) => !received.has(id))).toEqual([]);
});

it('loses no message that was on its way to the dead-letter queue', async () => {
  const ids = Array.from({ length: 200 }, (_, i) => String(i));
  const { QueueUrl: deadLetterUrl = '' } = await stack.sqs.send(
    new CreateQueueCommand({ QueueName: 'last-dlq' }),
  );
  const { QueueUrl: url = '' } = await stack.sqs.send(
    new CreateQueueCommand({
      QueueName: 'last',
      Attributes: {
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:last-dlq',
          maxReceiveCount: 1,
        }),
      },
    }),
  );
  for (const id of ids) await stack.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: id }));
  const receive = () =>
    stack.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
  for (let seen = 0; seen < ids.length;) seen += (await receive()).Messages?.length ?? 0;
  await killDuring(5, receive);
  const found = [
    ...(await receiveAll(stack.sqs, new URL(new URL(url).pathname, await queueUrl('last')).href)),
    ...(await receiveAll(stack.sqs, new URL(new URL(deadLetterUrl).pathname, await queueUrl('last')).href)),
  ];
  expect(new Set(found)).toEqual(new Set(ids));
  expect(found).toHaveLength(ids.length);
});

it('has every acknowledged object after kill -9, and told the queue of each', async () => {
  const acknowledged = await killDuring(150, (id) =>
    stack.s3.send(new PutObjectCommand({ Bucket: 'cairn-incoming', Key: id, Body: `content of ${id}` })),
  );
  for (const id of acknowledged) {
    const head = await stack.s3.send(new HeadObjectCommand({ Bucket: 'cairn-incoming', Key: id }));
    expect(head.ContentLength).toBe(`content of ${id}`.length);
  }
  const url = await queueUrl('object-created');
  const told = new Set<string>();
  while (acknowledged.some((id) => !told.has(id))) {
    const { Messages = [] } = await stack.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }),
    );
    expect(Messages).not.toEqual([]);
    for (const message of Messages) {
      const { Records = [] } = JSON.parse(message.Body ?? '') as {
        Records?: { s3: { object: { key: string } } }[];
      };
      for (const record of Records) told.add(record.s3.object.key);
    }
  }
});
