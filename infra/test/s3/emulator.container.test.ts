import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe } from 'vitest';

import { describeS3Conformance } from './conformance.ts';
import { MOTO_DEVIATIONS } from './moto-deviations.ts';
import type { RunningTarget } from './target.ts';

/**
 * The same cases against an emulator that shares nothing with ours: `AWS_EMULATOR_ENDPOINT` says where one
 * listens. It keeps the cases honest; what it does differently is listed, with the reason.
 */
const endpoint = process.env.AWS_EMULATOR_ENDPOINT;
const CONFIG = {
  endpoint: endpoint ?? '',
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

const where = endpoint ?? 'skipped, since AWS_EMULATOR_ENDPOINT is not set';

async function startQueue(): Promise<Pick<RunningTarget, 'queue' | 'stop'>> {
  const sqs = new SQSClient({ ...CONFIG });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `s3-events-${Date.now()}` }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const received: string[] = [];
  const receive = async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    );
    if (Messages.length === 0) return false;
    received.push(...Messages.map((message) => message.Body ?? ''));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return true;
  };
  return {
    queue: {
      arn: Attributes?.QueueArn ?? '',
      async messages() {
        while (await receive());
        return received;
      },
    },
    stop() {
      sqs.destroy();
      return Promise.resolve();
    },
  };
}

describe.runIf(endpoint !== undefined)(`at ${where}`, () => {
  describeS3Conformance({
    name: 'moto',
    deviations: MOTO_DEVIATIONS,
    start: async () => ({ ...CONFIG, ...(await startQueue()) }),
  });
});
