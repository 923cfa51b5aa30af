import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSubscriptionsByTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { TableResource } from '@cairn/infra/resource-types';
import { buckets, queues, tables, topics } from '@cairn/infra/resources';
import { template } from '@cairn/infra/testing/templates';
import { beforeAll, expect, it, vi } from 'vitest';
import { describeOnEmulator } from './describe-on-emulator.ts';
import { say } from './say.ts';

/** Not where the other suites have provisioned the same names. */
const REGION = 'eu-west-1';
const ACCOUNT = '000000000000';
const suffix = `-${ACCOUNT}-${REGION}`;

describeOnEmulator('the stack cairn-data, deployed through CloudFormation', (image) => {
  const isMoto = image.includes('moto');
  const at = { region: REGION };
  const cloudformation = new CloudFormationClient(at);
  const dynamodb = new DynamoDBClient(at);
  const sqs = new SQSClient(at);
  const sns = new SNSClient(at);
  const s3 = new S3Client({ ...at, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' });

  beforeAll(async () => {
    await cloudformation.send(
      new CreateStackCommand({
        StackName: 'cairn-data',
        TemplateBody: JSON.stringify(template('cairn-data')),
      }),
    );
    await vi.waitFor(
      async () => {
        const { Stacks = [] } = await cloudformation.send(
          new DescribeStacksCommand({ StackName: 'cairn-data' }),
        );
        if (Stacks[0]?.StackStatus === 'CREATE_COMPLETE') return;
        const { StackEvents = [] } = await cloudformation.send(
          new DescribeStackEventsCommand({ StackName: 'cairn-data' }),
        );
        throw new Error(
          `${Stacks[0]?.StackStatus}: ${StackEvents.map((each) => each.ResourceStatusReason).join('; ')}`,
        );
      },
      { timeout: 60_000, interval: 200 },
    );
  });

  it.each(Object.values<TableResource>(tables).map((table) => [table.name, table] as const))(
    'makes the table %s, which the request that Cairn goes back to could not',
    async (name, table) => {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
      expect(Table?.TableStatus).toBe('ACTIVE');
      expect(Table?.KeySchema?.map((key) => key.AttributeName)).toEqual(
        [table.partitionKey.name, table.sortKey?.name].filter((each) => each !== undefined),
      );
      expect((Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName)).toEqual(
        table.indexes.map((index) => index.name),
      );
      const { TimeToLiveDescription: ttl } = await dynamodb.send(
        new DescribeTimeToLiveCommand({ TableName: name }),
      );
      expect(ttl?.AttributeName).toBe(isMoto ? undefined : table.ttlAttribute);
    },
  );

  it('moves what nobody could handle to the dead letters of its queue', async () => {
    const { name, deadLetterQueue, maxReceiveCount } = queues.downloads;
    const QueueUrl = await urlOf(name);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'given up' }));
    for (let i = 0; i < maxReceiveCount; i += 1) {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
      expect(Messages).toHaveLength(1);
    }
    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toBeUndefined();
    expect(await received(deadLetterQueue.name, 1)).toEqual(['given up']);
  });

  const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:${topics.assetEvents.name}`;
  const Bucket = buckets.incoming.name + suffix;
  const put = () => s3.send(new PutObjectCommand({ Bucket, Key: 'upl_1/fil_1', Body: 'abc' }));

  if (isMoto) {
    say(
      'moto makes no TTL and no subscription from CloudFormation, and keeps the notifications of such a bucket ' +
        'to itself: what was deployed is asserted, of delivery only that to dead-letter queues',
    );
  }
  // Should a newer moto do better, the first two say so.
  it.runIf(isMoto)('moto makes no subscriptions', async () => {
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions).toEqual([]);
  });

  it.runIf(isMoto)('moto tells no queue of an object that arrives', async () => {
    await put();
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: await urlOf(queues.objectCreated.name),
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    );
    expect(Attributes.ApproximateNumberOfMessages).toBe('0');
  });
  it.skipIf(isMoto)('an event reaches whoever subscribed to its type, as it was published', async () => {
    const types = ['asset.published', 'user.purged', 'user.deleted'];
    for (const type of types) {
      await sns.send(
        new PublishCommand({
          TopicArn,
          Message: JSON.stringify({ type }),
          MessageAttributes: { type: { DataType: 'String', StringValue: type } },
        }),
      );
    }
    const bodies = (wanted: readonly string[]) => wanted.map((type) => JSON.stringify({ type }));
    expect(await received(queues.catalogEvents.name, 3)).toEqual(bodies(types));
    expect(await received(queues.ingestEvents.name, 1)).toEqual(bodies(['user.deleted']));
    expect(await received(queues.authEvents.name, 1)).toEqual(bodies(['user.purged']));
  });

  it.skipIf(isMoto)('an object that arrives is told to its queue', async () => {
    await put();
    const [body] = await received(queues.objectCreated.name, 1, (each) => each.includes('"Records"'));
    expect(body).toContain('upl_1/fil_1');
  });

  async function urlOf(name: string): Promise<string> {
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return QueueUrl;
  }

  async function received(
    name: string,
    count: number,
    counts: (body: string) => boolean = () => true,
  ): Promise<string[]> {
    const bodies: string[] = [];
    const url = await urlOf(name);
    await vi.waitFor(
      async () => {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
        );
        bodies.push(...Messages.map(({ Body = '' }) => Body).filter(counts));
        expect(bodies).toHaveLength(count);
      },
      { timeout: 20_000, interval: 100 },
    );
    return bodies;
  }
});
