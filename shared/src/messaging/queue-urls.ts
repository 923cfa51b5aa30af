import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';

export interface QueueUrls {
  readonly url: string;
  readonly deadLetterUrl: string;
}

/** Queues are configured by name: their URLs differ between AWS and the emulators. */
export async function resolveQueue(sqs: SQSClient, name: string, deadLetterName: string): Promise<QueueUrls> {
  const find = async (QueueName: string) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    if (QueueUrl === undefined) throw new Error(`the queue ${QueueName} has no URL`);
    return QueueUrl;
  };
  const [url, deadLetterUrl] = await Promise.all([find(name), find(deadLetterName)]);
  return { url, deadLetterUrl };
}
