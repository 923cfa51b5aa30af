import { setTimeout as delay } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Logger } from '../logging/logger.ts';
import { PoisonMessageError } from './poison-message-error.ts';
import type { QueueUrls } from './queue-urls.ts';

export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /** How often the queue has handed it out, this time included. */
  readonly receiveCount: number;
}

/**
 * Resolving acknowledges the message; throwing puts it back with a back-off by receive count, until the
 * queue's redrive policy moves it to the dead-letter queue; `PoisonMessageError` moves it there at once.
 * `signal` aborts when the process can wait no longer: whatever is not finished then is redelivered.
 */
export type MessageHandler = (message: ReceivedMessage, signal: AbortSignal) => Promise<void>;

export interface SqsConsumerOptions {
  name: string;
  sqs: SQSClient;
  queue: QueueUrls;
  visibilitySeconds: number;
  concurrency: number;
  logger: Logger;
  handle: MessageHandler;
  waitSeconds?: number;
}

export interface SqsConsumer {
  start(): void;
  /** Stops polling, lets handlers finish, aborts those that are not done after `deadlineMs`, waits for no deaf one. */
  stop(deadlineMs: number): Promise<void>;
}

/** How long a handler may take to notice that it was aborted. */
const ABORT_GRACE_MS = 500;

export function createSqsConsumer(options: SqsConsumerOptions): SqsConsumer {
  const { sqs, queue, logger } = options;
  // Two signals: one that also aborted the work would abort the deletes of work that is done.
  const polling = new AbortController();
  const work = new AbortController();
  const inFlight = new Set<Promise<void>>();
  let loop: Promise<void> | undefined;

  const acknowledge = (message: Message) =>
    sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle }));

  const changeVisibility = (message: Message, seconds: number) =>
    sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queue.url,
        ReceiptHandle: message.ReceiptHandle,
        VisibilityTimeout: seconds,
      }),
    );

  async function bury(message: Message, reason: string): Promise<void> {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.deadLetterUrl,
        MessageBody: message.Body ?? '',
        MessageAttributes: {
          reason: { DataType: 'String', StringValue: reason.slice(0, 256) },
          source_queue: { DataType: 'String', StringValue: options.name },
        },
      }),
    );
    await acknowledge(message);
    logger.error({ queue: options.name, message_id: message.MessageId, reason }, 'message buried');
  }

  async function handle(message: Message): Promise<void> {
    const receiveCount = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
    const heartbeat = setInterval(
      () => {
        // A heartbeat that comes after the delete fails, and that is no fault.
        changeVisibility(message, options.visibilitySeconds).catch((error: unknown) =>
          logger.debug({ err: error, queue: options.name }, 'heartbeat failed'),
        );
      },
      (options.visibilitySeconds * 1000) / 3,
    );
    try {
      await options.handle(
        { id: message.MessageId ?? '', body: message.Body ?? '', receiveCount },
        work.signal,
      );
      clearInterval(heartbeat);
      await acknowledge(message);
    } catch (error) {
      clearInterval(heartbeat);
      if (error instanceof PoisonMessageError) return await bury(message, error.reason);
      logger.warn(
        { err: error, queue: options.name, message_id: message.MessageId, receive_count: receiveCount },
        'message failed, will be retried',
      );
      // Given up because this process ends, not because the message is bad: the next one takes it at once.
      await changeVisibility(message, work.signal.aborted ? 0 : backOffSeconds(receiveCount));
    } finally {
      clearInterval(heartbeat);
    }
  }

  function track(message: Message): void {
    const job: Promise<void> = handle(message)
      // Neither deleted nor made visible: the visibility timeout brings it back.
      .catch((error: unknown) => logger.warn({ err: error, queue: options.name }, 'queue call failed'))
      .finally(() => inFlight.delete(job));
    inFlight.add(job);
  }

  async function poll(): Promise<void> {
    let failures = 0;
    while (!polling.signal.aborted) {
      const free = options.concurrency - inFlight.size;
      if (free <= 0) {
        await Promise.race(inFlight);
        continue;
      }
      try {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: queue.url,
            MaxNumberOfMessages: Math.min(free, 10),
            WaitTimeSeconds: options.waitSeconds ?? 20,
            VisibilityTimeout: options.visibilitySeconds,
            MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          }),
          { abortSignal: polling.signal },
        );
        failures = 0;
        for (const message of Messages) track(message);
      } catch (error) {
        if (polling.signal.aborted) return;
        failures += 1;
        logger.warn({ err: error, queue: options.name }, 'receiving failed');
        await delay(Math.min(10_000, 200 * 2 ** failures), undefined, { signal: polling.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  return {
    start() {
      loop ??= poll();
    },
    async stop(deadlineMs) {
      polling.abort();
      // The loop itself waits for a handler when all are busy, so the deadline starts before it has ended.
      const gaveUp = Promise.withResolvers<void>();
      let grace: NodeJS.Timeout | undefined;
      const deadline = setTimeout(() => {
        work.abort();
        grace = setTimeout(gaveUp.resolve, ABORT_GRACE_MS);
      }, deadlineMs);
      const drained = async () => {
        await loop;
        await Promise.allSettled(inFlight);
      };
      await Promise.race([drained(), gaveUp.promise]);
      clearTimeout(deadline);
      clearTimeout(grace);
    },
  };
}

/** 1, 2, 4 ... 64 s, each less up to half at random, so that a burst of failures does not come back as one. */
function backOffSeconds(receiveCount: number): number {
  const full = Math.min(64, 2 ** (receiveCount - 1));
  return Math.max(1, Math.round(full * (1 - Math.random() / 2)));
}
