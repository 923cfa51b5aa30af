import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';

export interface QueueUrls {
  readonly url: string;
  readonly deadLetterUrl: string;
  /** How often a message is handed out before the queue itself moves it to the dead letters. */
  readonly maxReceives?: number | undefined;
}

/** Queues are configured by name: their URLs differ between AWS and the emulators. */
export async function resolveQueue(sqs: SQSClient, name: string, deadLetterName: string): Promise<QueueUrls> {
  const find = async (QueueName: string) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    if (QueueUrl === undefined) throw new Error(`the queue ${QueueName} has no URL`);
    return QueueUrl;
  };
  const [url, deadLetterUrl] = await Promise.all([find(name), find(deadLetterName)]);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy'] }),
  );
  return { url, deadLetterUrl, maxReceives: parseMaxReceives(Attributes?.RedrivePolicy) };
}

/** AWS writes the count as a number, emulators also as text. */
function parseMaxReceives(policy: string | undefined): number | undefined {
  if (policy === undefined) return undefined;
  const { maxReceiveCount } = JSON.parse(policy) as { maxReceiveCount?: unknown };
  const count = Number(maxReceiveCount);
  return Number.isInteger(count) && count > 0 ? count : undefined;
}
