import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueResource } from '../resource-types.ts';
import { sameJson } from './same.ts';

export interface ProvisionedQueue {
  readonly url: string;
  readonly arn: string;
}

/** The queue with its dead-letter queue; `sources` are the ARNs of the buckets and topics that may send to it. */
export async function provisionQueue(
  sqs: SQSClient,
  queue: QueueResource,
  sources: readonly string[],
): Promise<ProvisionedQueue> {
  const deadLetter = await ensure(sqs, queue.deadLetterQueue.name, () => ({
    MessageRetentionPeriod: String(queue.deadLetterQueue.retentionSeconds),
  }));
  return ensure(sqs, queue.name, (arn) => ({
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: deadLetter.arn,
      maxReceiveCount: queue.maxReceiveCount,
    }),
    ...(sources.length === 0 ? {} : { Policy: JSON.stringify(policy(arn, sources)) }),
  }));
}

async function ensure(
  sqs: SQSClient,
  name: string,
  attributesFor: (arn: string) => Record<string, string>,
): Promise<ProvisionedQueue> {
  const url = (await find(sqs, name)) ?? (await create(sqs, name));
  const { Attributes: current = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  const arn = current.QueueArn;
  if (arn === undefined) throw new Error(`the queue ${name} has no ARN`);
  const different = Object.entries(attributesFor(arn)).filter(
    ([key, value]) => !sameJson(current[key as keyof typeof current], value),
  );
  if (different.length > 0) {
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: url, Attributes: Object.fromEntries(different) }),
    );
  }
  return { url, arn };
}

async function find(sqs: SQSClient, name: string): Promise<string | undefined> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}

async function create(sqs: SQSClient, name: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  if (QueueUrl === undefined) throw new Error(`the queue ${name} has no URL`);
  return QueueUrl;
}

function policy(queueArn: string, sources: readonly string[]): object {
  return {
    Version: '2012-10-17',
    Statement: sources.map((source) => ({
      Effect: 'Allow',
      Principal: { Service: source.startsWith('arn:aws:s3:') ? 's3.amazonaws.com' : 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: { ArnEquals: { 'aws:SourceArn': source } },
    })),
  };
}
