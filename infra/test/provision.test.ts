import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  GetBucketCorsCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAwsClients, type AwsClients } from '../aws-clients.ts';
import { startTestStack, type TestStack } from '../local/testing.ts';
import { provision } from '../provision.ts';
import type {
  BucketResource,
  QueueResource,
  SubscriptionResource,
  TableResource,
} from '../resource-types.ts';
import { buckets, queues, subscriptions, tables } from '../resources.ts';

let stack: TestStack;
let clients: AwsClients;

beforeAll(async () => {
  stack = await startTestStack();
  clients = createAwsClients();
});

afterAll(async () => {
  clients.destroy();
  await stack.close();
});

async function queueUrl(name: string): Promise<string> {
  const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  if (QueueUrl === undefined) throw new Error(`${name} has no URL`);
  return QueueUrl;
}

async function attributesOf(name: string): Promise<Record<string, string>> {
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: await queueUrl(name), AttributeNames: ['All'] }),
  );
  return Attributes ?? {};
}

async function receive(name: string): Promise<Message[]> {
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: await queueUrl(name),
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      WaitTimeSeconds: 1,
    }),
  );
  return Messages;
}

describe('tables', () => {
  it.each(Object.values<TableResource>(tables).map((table) => [table.name, table] as const))(
    '%s has its keys, its indexes and is paid by request',
    async (name, table) => {
      const { Table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName: name }));
      const keys = (of: Pick<TableResource, 'partitionKey' | 'sortKey'>) => [
        { AttributeName: of.partitionKey.name, KeyType: 'HASH' },
        ...(of.sortKey === undefined ? [] : [{ AttributeName: of.sortKey.name, KeyType: 'RANGE' }]),
      ];
      expect(Table?.TableStatus).toBe('ACTIVE');
      expect(Table?.KeySchema).toEqual(keys(table));
      expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
      const indexes = (Table?.GlobalSecondaryIndexes ?? []).map((index) => ({
        name: index.IndexName,
        keys: index.KeySchema,
        projection: index.Projection?.ProjectionType,
        status: index.IndexStatus,
      }));
      const wanted = table.indexes.map((index) => ({
        name: index.name,
        keys: keys(index),
        projection: index.projection === 'all' ? 'ALL' : 'KEYS_ONLY',
        status: 'ACTIVE',
      }));
      expect(indexes).toHaveLength(wanted.length);
      expect(indexes).toEqual(expect.arrayContaining(wanted));
    },
  );
});

describe('queues', () => {
  it.each(Object.values<QueueResource>(queues).map((queue) => [queue.name, queue] as const))(
    '%s has its timeouts and moves what keeps failing to its dead-letter queue',
    async (name, queue) => {
      const [attributes, deadLetter] = await Promise.all([
        attributesOf(name),
        attributesOf(queue.deadLetterQueue.name),
      ]);
      expect(attributes.VisibilityTimeout).toBe(String(queue.visibilityTimeoutSeconds));
      expect(attributes.MessageRetentionPeriod).toBe(String(queue.retentionSeconds));
      expect(JSON.parse(attributes.RedrivePolicy ?? '{}')).toEqual({
        deadLetterTargetArn: deadLetter.QueueArn,
        maxReceiveCount: queue.maxReceiveCount,
      });
      expect(deadLetter.MessageRetentionPeriod).toBe(String(queue.deadLetterQueue.retentionSeconds));
    },
  );

  it('lets exactly the bucket and the topic that feed a queue send to it', async () => {
    const policy = JSON.parse((await attributesOf('object-created')).Policy ?? '{}') as {
      Statement: { Principal: unknown; Condition: unknown }[];
    };
    expect(policy.Statement).toMatchObject([
      {
        Principal: { Service: 's3.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::cairn-incoming' } },
      },
    ]);
    expect((await attributesOf('downloads')).Policy).toBeUndefined();
  });
});

describe('subscriptions', () => {
  it.each(subscriptions.map((each: SubscriptionResource) => [each.queue, each] as const))(
    '%s gets the raw events that it asked for',
    async (queue, wanted) => {
      const { Subscriptions = [] } = await clients.sns.send(
        new ListSubscriptionsByTopicCommand({ TopicArn: stack.addresses.assetEventsTopicArn }),
      );
      const found = Subscriptions.filter((each) => each.Endpoint?.endsWith(`:${queues[queue].name}`));
      expect(found).toHaveLength(1);
      const { Attributes } = await clients.sns.send(
        new GetSubscriptionAttributesCommand({ SubscriptionArn: found[0]?.SubscriptionArn }),
      );
      expect(Attributes?.RawMessageDelivery).toBe('true');
      expect(JSON.parse(Attributes?.FilterPolicy ?? '{}')).toEqual(
        wanted.eventTypes === undefined ? {} : { type: wanted.eventTypes },
      );
    },
  );
});

describe('buckets', () => {
  it.each(Object.values<BucketResource>(buckets).map((bucket) => [bucket.name, bucket] as const))(
    '%s answers browsers, and the public only where it should',
    async (name, bucket) => {
      const cors = await clients.s3.send(new GetBucketCorsCommand({ Bucket: name })).then(
        ({ CORSRules }) => CORSRules,
        (error: Error) => error.name,
      );
      const rule = { AllowedMethods: bucket.corsMethods, AllowedOrigins: ['*'], AllowedHeaders: ['*'] };
      const rules = [expect.objectContaining({ ...rule, ExposeHeaders: expect.arrayContaining(['ETag']) })];
      expect(cors).toEqual(bucket.corsMethods.length === 0 ? 'NoSuchCORSConfiguration' : rules);
      const policy = await clients.s3.send(new GetBucketPolicyCommand({ Bucket: name })).then(
        ({ Policy }) => Policy,
        (error: Error) => error.name,
      );
      expect(policy).toContain(bucket.publicRead ? 's3:GetObject' : 'NoSuchBucketPolicy');
      const { QueueConfigurations = [] } = await clients.s3.send(
        new GetBucketNotificationConfigurationCommand({ Bucket: name }),
      );
      expect(QueueConfigurations.map((each) => [each.QueueArn?.split(':').at(-1), each.Events])).toEqual(
        bucket.notifications.map((rule) => [queues[rule.queue].name, rule.events]),
      );
    },
  );
});

it('changes nothing when it runs again, and sends no second test event', async () => {
  const before = await receive('object-created');
  expect(before.map((message) => message.Body)).toEqual([expect.stringContaining('s3:TestEvent')]);
  const writes: string[] = [];
  const recording = createAwsClients();
  for (const client of [recording.dynamodb, recording.s3, recording.sqs, recording.sns]) {
    // Each client types its commands differently; a middleware that only looks at names fits them all.
    (client.middlewareStack as { add: (middleware: unknown, options: unknown) => void }).add(
      (next: (args: unknown) => unknown, context: { commandName?: string }) => (args: unknown) => {
        const command = context.commandName ?? '';
        if (!/^(Get|Head|List|Describe)/.test(command)) writes.push(command);
        return next(args);
      },
      { step: 'initialize' },
    );
  }
  await provision(recording);
  recording.destroy();
  // CreateTopic is how SNS tells a topic's ARN; UpdateTimeToLive is refused by dynalite every time.
  expect(new Set(writes)).toEqual(new Set(['CreateTopicCommand', 'UpdateTimeToLiveCommand']));
  expect(await receive('object-created')).toEqual([]);
});

it('tells the queue of an object that arrives in `incoming`, and of no other', async () => {
  await clients.s3.send(new PutObjectCommand({ Bucket: 'cairn-assets', Key: 'a/b', Body: 'x' }));
  await clients.s3.send(new PutObjectCommand({ Bucket: 'cairn-incoming', Key: 'upl/fil 1', Body: 'abc' }));
  const bodies = (await receive('object-created')).map((message) => JSON.parse(message.Body ?? ''));
  expect(bodies).toHaveLength(1);
  expect(bodies[0].Records[0]).toMatchObject({
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: 'cairn-incoming' }, object: { key: 'upl/fil+1', size: 3 } },
  });
});
