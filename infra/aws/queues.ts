import { Aws } from 'aws-cdk-lib';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { BucketResource, QueueResource, SubscriptionResource } from '../resource-types.ts';
import { buckets, subscriptions, topics, type QueueName } from '../resources.ts';
import { bucketArn, queueArn, topicArn } from './names.ts';
import { resourcePolicy } from './resource-policy.ts';

export interface MadeQueue {
  readonly queue: CfnQueue;
  readonly deadLetterQueue: CfnQueue;
  /** Buckets must wait for it: S3 tries at once whether it may send. */
  readonly policy: CfnQueuePolicy;
}

export function queue(scope: Construct, id: string, key: QueueName, resource: QueueResource): MadeQueue {
  const deadLetterQueue = new CfnQueue(scope, `${id}DeadLetters`, {
    queueName: resource.deadLetterQueue.name,
    messageRetentionPeriod: resource.deadLetterQueue.retentionSeconds,
    sqsManagedSseEnabled: true,
    redriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns: [queueArn(resource.name)] },
  });
  const made = new CfnQueue(scope, id, {
    queueName: resource.name,
    visibilityTimeout: resource.visibilityTimeoutSeconds,
    messageRetentionPeriod: resource.retentionSeconds,
    sqsManagedSseEnabled: true,
    redrivePolicy: {
      deadLetterTargetArn: deadLetterQueue.attrArn,
      maxReceiveCount: resource.maxReceiveCount,
    },
  });
  policy(scope, `${id}DeadLettersPolicy`, deadLetterQueue, resource.deadLetterQueue.name, []);
  return {
    queue: made,
    deadLetterQueue,
    policy: policy(scope, `${id}Policy`, made, resource.name, senders(key, resource)),
  };
}

function policy(
  scope: Construct,
  id: string,
  of: CfnQueue,
  name: string,
  statements: readonly object[],
): CfnQueuePolicy {
  return new CfnQueuePolicy(scope, id, {
    queues: [of.ref],
    policyDocument: resourcePolicy('sqs:*', queueArn(name), statements),
  });
}

/** The buckets and topics that feed it, each by its ARN, and buckets of this account only. */
function senders(key: QueueName, { name }: QueueResource): object[] {
  const may = (service: string, source: string, more: object = {}) => ({
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sqs:SendMessage',
    Resource: queueArn(name),
    Condition: { ArnEquals: { 'aws:SourceArn': source }, ...more },
  });
  return [
    ...Object.values<BucketResource>(buckets)
      .filter(({ notifications }) => notifications.some((rule) => rule.queue === key))
      .map((each) =>
        // An ARN of a bucket does not tell whose it is.
        may('s3.amazonaws.com', bucketArn(each), { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } }),
      ),
    ...subscriptions
      .filter((each: SubscriptionResource) => each.queue === key)
      .map(({ topic }) => may('sns.amazonaws.com', topicArn(topics[topic].name))),
  ];
}
