import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { RequestSecondLook } from '../domain/ports.ts';

/** A second look is the S3 event that did not come, without a sequencer: the worker knows one kind of message. */
export function sqsSecondLook(
  sqs: SQSClient,
  queueUrl: () => Promise<string>,
  bucket: string,
): RequestSecondLook {
  return async (key) => {
    const record = {
      eventVersion: '2.1',
      eventSource: 'cairn:sweep',
      eventName: 'ObjectCreated:SecondLook',
      s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key).replaceAll('%20', '+') } },
    };
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: await queueUrl(),
        MessageBody: JSON.stringify({ Records: [record] }),
      }),
    );
  };
}
