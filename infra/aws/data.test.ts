import { describe, expect, it } from 'vitest';
import type {
  BucketResource,
  QueueResource,
  SubscriptionResource,
  TableResource,
} from '../resource-types.ts';
import { buckets, queues, subscriptions, tables, topics } from '../resources.ts';
import { resources, text } from '../testing/templates.ts';

const DATA = 'cairn-data';
const suffix = '-${AWS::AccountId}-${AWS::Region}';

const byName = (type: string, name: string) =>
  new Map(resources(type, DATA).map(([, { Properties: each }]) => [text(each[name]), each]));

describe('the tables', () => {
  const made = byName('AWS::DynamoDB::Table', 'TableName');

  it('are those of resources.ts, which has those that were asked for', () => {
    expect([...made.keys()].sort()).toEqual(
      Object.values(tables)
        .map(({ name }) => name as string)
        .sort(),
    );
    expect([...made.keys()]).toEqual(expect.arrayContaining(['users', 'celtic_assets']));
  });

  it.each(Object.values<TableResource>(tables).map((table) => [table.name, table] as const))(
    '%s has its keys, its indexes, its TTL, and can be had back as it was',
    (name, table) => {
      const { KeySchema, GlobalSecondaryIndexes = [], ...rest } = made.get(name);
      const keys = ({ partitionKey, sortKey }: Pick<TableResource, 'partitionKey' | 'sortKey'>) => [
        { AttributeName: partitionKey.name, KeyType: 'HASH' },
        ...(sortKey === undefined ? [] : [{ AttributeName: sortKey.name, KeyType: 'RANGE' }]),
      ];
      expect(KeySchema).toEqual(keys(table));
      expect(GlobalSecondaryIndexes).toEqual(
        table.indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: keys(index),
          Projection: { ProjectionType: index.projection === 'all' ? 'ALL' : 'KEYS_ONLY' },
        })),
      );
      expect(rest.TimeToLiveSpecification).toEqual(
        table.ttlAttribute === undefined ? undefined : { AttributeName: table.ttlAttribute, Enabled: true },
      );
      expect(rest).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
      // What DynamoDB refused in the description that was asked for: attributes that are no key of anything.
      const used = [table, ...table.indexes].flatMap(keys).map((key) => key.AttributeName);
      const defined = rest.AttributeDefinitions.map((each: { AttributeName: string }) => each.AttributeName);
      expect(defined.sort()).toEqual([...new Set(used)].sort());
    },
  );
});

describe('the queues', () => {
  const made = byName('AWS::SQS::Queue', 'QueueName');
  const all = Object.values<QueueResource>(queues);

  it('are those of resources.ts with their dead-letter queues, encrypted', () => {
    const names = all.flatMap(({ name, deadLetterQueue }) => [name, deadLetterQueue.name]);
    expect([...made.keys()].sort()).toEqual(names.sort());
    for (const each of made.values()) expect(each.SqsManagedSseEnabled).toBe(true);
  });

  it.each(all.map((queue) => [queue.name, queue] as const))(
    '%s has a dead-letter queue that keeps longer, and takes from it alone',
    (name, queue) => {
      const dlq = made.get(queue.deadLetterQueue.name);
      const { RedrivePolicy, MessageRetentionPeriod, VisibilityTimeout } = made.get(name);
      const [id] = resources('AWS::SQS::Queue', DATA).find(([, each]) => each.Properties === dlq) ?? [];
      expect(RedrivePolicy).toEqual({
        deadLetterTargetArn: { 'Fn::GetAtt': [id, 'Arn'] },
        maxReceiveCount: queue.maxReceiveCount,
      });
      expect(VisibilityTimeout).toBe(queue.visibilityTimeoutSeconds);
      expect(dlq.MessageRetentionPeriod).toBeGreaterThan(MessageRetentionPeriod);
      expect(dlq.RedriveAllowPolicy.redrivePermission).toBe('byQueue');
      expect(dlq.RedriveAllowPolicy.sourceQueueArns.map(text)).toEqual([
        `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:${name}`,
      ]);
    },
  );

  it.each(all.map((queue) => [queue.name, queue] as const))(
    '%s has an alarm on dead letters and one on age',
    (name, queue) => {
      const alarms = resources('AWS::CloudWatch::Alarm', DATA).map(([, { Properties }]) => Properties);
      const on = (metric: string, queueName: string) =>
        alarms.filter((each) => each.MetricName === metric && each.Dimensions?.[0]?.Value === queueName);
      expect(on('ApproximateNumberOfMessagesVisible', queue.deadLetterQueue.name)).toMatchObject([
        { Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' },
      ]);
      expect(on('ApproximateAgeOfOldestMessage', name)).toMatchObject([
        { Threshold: queue.alarmAfterSeconds },
      ]);
    },
  );

  it('take from those who feed them, and from nobody else', () => {
    const last = (arn: unknown) => text(arn).replace(':::', ':').replaceAll('::', '-').split(':').at(-1);
    const senders = resources('AWS::SQS::QueuePolicy', DATA).flatMap(([, { Properties }]) =>
      (Properties.PolicyDocument.Statement as any[])
        .filter(({ Effect }) => Effect === 'Allow')
        .map((each) => [last(each.Resource), each.Action, last(each.Condition.ArnEquals['aws:SourceArn'])]),
    );
    const wanted = [
      ...Object.values<BucketResource>(buckets).flatMap(({ name, notifications }) =>
        notifications.map(({ queue }) => [
          queues[queue].name,
          'sqs:SendMessage',
          `${name}${suffix}`.replaceAll('::', '-'),
        ]),
      ),
      ...subscriptions.map(({ queue, topic }) => [queues[queue].name, 'sqs:SendMessage', topics[topic].name]),
    ];
    expect(new Set(senders.map(String))).toEqual(new Set(wanted.map(String)));
  });
});

it('subscribes every queue as resources.ts says, raw and with its filter', () => {
  const made = resources('AWS::SNS::Subscription', DATA)
    .map(([, { Properties }]) => Properties)
    .filter(({ Protocol }) => Protocol === 'sqs')
    .map((each) => [text(each.Endpoint).split(':').at(-1), each.RawMessageDelivery, each.FilterPolicy]);
  expect(made).toEqual(
    subscriptions.map(({ queue, eventTypes }: SubscriptionResource) => [
      queues[queue].name,
      true,
      eventTypes === undefined ? undefined : { type: eventTypes },
    ]),
  );
});

describe('the buckets', () => {
  const made = byName('AWS::S3::Bucket', 'BucketName');

  it('are those of resources.ts', () => {
    expect([...made.keys()]).toEqual(Object.values(buckets).map(({ name }) => name + suffix));
  });

  it.each(Object.values<BucketResource>(buckets).map((bucket) => [bucket.name, bucket] as const))(
    '%s is encrypted, forgets abandoned parts, answers browsers as it should, and tells its queues',
    (name, bucket) => {
      const each = made.get(name + suffix);
      const rules: { Id: string; [key: string]: unknown }[] = each.LifecycleConfiguration.Rules;
      expect(each.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
        { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      ]);
      expect(rules.find(({ Id }) => Id === 'abandoned-parts')).toMatchObject({
        Status: 'Enabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      });
      expect(rules.find(({ Id }) => Id === 'never-looked-at')?.ExpirationInDays).toBe(bucket.expireDays);
      expect(rules.find(({ Id }) => Id === 'removed')?.NoncurrentVersionExpiration).toEqual(
        bucket.keepRemovedDays === undefined ? undefined : { NoncurrentDays: bucket.keepRemovedDays },
      );
      expect(each.CorsConfiguration?.CorsRules[0].AllowedMethods ?? []).toEqual(bucket.corsMethods);
      expect(
        (each.NotificationConfiguration?.QueueConfigurations ?? []).map(
          (rule: { Event: string; Queue: unknown }) => [rule.Event, text(rule.Queue).split(':').at(-1)],
        ),
      ).toEqual(
        bucket.notifications.flatMap(({ events, queue }) =>
          events.map((event) => [event, queues[queue].name]),
        ),
      );
    },
  );

  it('are made after the policies of the queues that they tell, since S3 tries at once', () => {
    for (const [, { Properties, DependsOn = [] }] of resources('AWS::S3::Bucket', DATA)) {
      if (Properties.NotificationConfiguration === undefined) continue;
      expect(DependsOn).toContain('ObjectCreatedQueuePolicy');
    }
  });
});

it('keeps what is kept, whatever becomes of the stack', () => {
  for (const type of ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret']) {
    for (const [, each] of resources(type)) {
      expect(each).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  }
});
