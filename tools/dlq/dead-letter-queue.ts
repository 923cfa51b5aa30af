import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { queues } from '@cairn/infra/resources';
import { batchedCalls } from '@cairn/shared/messaging/batched-calls';

/** How long a message that was read here is kept from others; what a dead process had in hand comes back then. */
const HELD_SECONDS = 20;
const ATTRIBUTES_BYTES = 4_096;

export interface Outgoing {
  readonly body: string;
  readonly attributes: Record<string, MessageAttributeValue>;
}

/** The dead letters of one queue, and the way back to it. */
export interface DeadLetterQueue {
  readonly source: string;
  readonly name: string;
  /** Roughly how many there are. */
  count(): Promise<number>;
  /** Up to `most` that nobody else has taken; none when there are no more. */
  take(most: number): Promise<Message[]>;
  /** Puts messages into the source queue; tells for each whether it took it. */
  sendBack(messages: readonly Outgoing[]): Promise<boolean[]>;
  remove(messages: readonly Message[]): Promise<void>;
  /** Lets others have them again. */
  release(messages: readonly Message[]): Promise<void>;
}

/** Which queue a dead letter came from is told by where it lies: what it says itself may be anybody's. */
export async function openDeadLetters(sqs: SQSClient, source: string): Promise<DeadLetterQueue> {
  const queue = Object.values(queues).find((each) => each.name === source);
  if (queue === undefined) throw new Error(`there is no queue ${source}`);
  const urlOf = async (QueueName: string) =>
    (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
  const [url, deadUrl] = await Promise.all([urlOf(source), urlOf(queue.deadLetterQueue.name)]);

  const sendEntry = batchedCalls<{ MessageBody: string; MessageAttributes: Outgoing['attributes'] }>(
    async (entries) => {
      const { Failed } = await sqs.send(
        new SendMessageBatchCommand({ QueueUrl: url, Entries: [...entries] }),
      );
      return Failed;
    },
    ({ MessageBody }) => Buffer.byteLength(MessageBody) + ATTRIBUTES_BYTES,
  );
  const send = ({ body, attributes }: Outgoing) =>
    sendEntry({ MessageBody: body, MessageAttributes: attributes });

  const entriesOf = (messages: readonly Message[]) =>
    messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));

  return {
    source,
    name: queue.deadLetterQueue.name,
    async count() {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: deadUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return Object.values(Attributes).reduce((sum, each) => sum + Number(each), 0);
    },
    async take(most) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: deadUrl,
          MaxNumberOfMessages: Math.min(10, most),
          VisibilityTimeout: HELD_SECONDS,
          // A short poll asks some of SQS's servers only, and would end too early.
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages;
    },
    async sendBack(messages) {
      const sent = await Promise.allSettled(messages.map(send));
      const [first] = sent;
      // None of them was taken: that is about the queue, not about them.
      if (first?.status === 'rejected' && sent.every((each) => each.status === 'rejected')) {
        throw first.reason;
      }
      return sent.map((each) => each.status === 'fulfilled');
    },
    async remove(messages) {
      if (messages.length === 0) return;
      const { Failed = [] } = await sqs.send(
        new DeleteMessageBatchCommand({ QueueUrl: deadUrl, Entries: entriesOf(messages) }),
      );
      if (Failed.length > 0) throw new Error(`${Failed.length} messages are in both queues now`);
    },
    async release(messages) {
      for (let i = 0; i < messages.length; i += 10) {
        const Entries = entriesOf(messages.slice(i, i + 10)).map((entry) => ({
          ...entry,
          VisibilityTimeout: 0,
        }));
        await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: deadUrl, Entries }));
      }
    },
  };
}
