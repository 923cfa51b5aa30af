import type { AwsClients } from './aws-clients.ts';
import { provisionBucket } from './provision/buckets.ts';
import { provisionQueue, type ProvisionedQueue } from './provision/queues.ts';
import { provisionTable } from './provision/tables.ts';
import { provisionSubscription, provisionTopic } from './provision/topics.ts';
import type { BucketResource, QueueResource, SubscriptionResource, TableResource } from './resource-types.ts';
import { buckets, queues, subscriptions, tables, topics, type QueueName } from './resources.ts';

export interface Provisioned {
  readonly assetEventsTopicArn: string;
  readonly queues: Readonly<Record<QueueName, ProvisionedQueue>>;
}

/**
 * Makes everything in resources.ts, through the AWS protocols only, so that it works on AWS's emulators too.
 * It reads first and writes only what is missing or different: run at every start, it usually writes nothing.
 */
export async function provision(clients: AwsClients): Promise<Provisioned> {
  const [, assetEventsTopicArn] = await Promise.all([
    Promise.all(Object.values<TableResource>(tables).map((table) => provisionTable(clients.dynamodb, table))),
    provisionTopic(clients.sns, topics.assetEvents),
  ]);
  const topicArns = { assetEvents: assetEventsTopicArn };

  const sourcesOf = (queue: QueueName): string[] => [
    ...Object.values<BucketResource>(buckets)
      .filter((bucket) => bucket.notifications.some((rule) => rule.queue === queue))
      .map((bucket) => `arn:aws:s3:::${bucket.name}`),
    ...subscriptions.filter((each) => each.queue === queue).map((each) => topicArns[each.topic]),
  ];
  const provisioned = Object.fromEntries(
    await Promise.all(
      Object.entries<QueueResource>(queues).map(async ([key, queue]) => {
        const name = key as QueueName;
        return [name, await provisionQueue(clients.sqs, queue, sourcesOf(name))] as const;
      }),
    ),
  ) as Record<QueueName, ProvisionedQueue>;

  await Promise.all([
    ...subscriptions.map((subscription: SubscriptionResource) =>
      provisionSubscription(clients.sns, {
        topicArn: topicArns[subscription.topic],
        queueArn: provisioned[subscription.queue].arn,
        eventTypes: subscription.eventTypes,
      }),
    ),
    ...Object.values<BucketResource>(buckets).map((bucket) =>
      provisionBucket(clients.s3, bucket, {
        region: clients.region,
        queueArn: (name) => provisioned[name].arn,
      }),
    ),
  ]);
  return { assetEventsTopicArn, queues: provisioned };
}
