import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { batchedCalls } from '@cairn/shared/messaging/batched-calls';

/** Puts messages of the hot queue into the backlog, as they are; each resolves once the backlog has it. */
export function sqsBacklog(
  sqs: Pick<SQSClient, 'send'>,
  queueUrl: () => Promise<string>,
): (body: string) => Promise<void> {
  const send = batchedCalls<{ MessageBody: string }>(
    async (entries) => {
      const { Failed } = await sqs.send(
        new SendMessageBatchCommand({ QueueUrl: await queueUrl(), Entries: [...entries] }),
      );
      return Failed;
    },
    ({ MessageBody }) => Buffer.byteLength(MessageBody),
  );
  return (body) => send({ MessageBody: body });
}
