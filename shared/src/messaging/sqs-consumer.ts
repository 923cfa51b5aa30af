import { setTimeout as delay } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Logger } from '../logging/logger.ts';
import { batchedCalls } from './batched-calls.ts';
import { deadLetterAttributes, reasonOf } from './dead-letter.ts';
import { earlierOf, msAfter, thisMoment, type Moment } from './elapsed.ts';
import { ABORT_GRACE_MS, holdMessage, type MessageLease } from './message-lease.ts';
import { PoisonMessageError } from './poison-message-error.ts';
import { inScope } from '../telemetry/scope.ts';
import type { QueueMeter, Outcome } from './queue-meter.ts';
import type { QueueUrls } from './queue-urls.ts';

export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /** How often the queue has handed it out, this time included. */
  readonly receiveCount: number;
}

/**
 * Resolving acknowledges the message. Throwing puts it back with a back-off by receive count, until it was
 * received as often as it may be: then, or at once for a `PoisonMessageError`, it goes to the dead letters with
 * the reason. `signal` aborts when the message is not this worker's any more, and when the process can wait
 * no longer; a handler asks it before it writes.
 */
export type MessageHandler = (message: ReceivedMessage, signal: AbortSignal) => Promise<void>;

export interface SqsConsumerOptions {
  name: string;
  sqs: SQSClient;
  queue: QueueUrls;
  visibilitySeconds: number;
  concurrency: number;
  logger: Logger;
  meter?: QueueMeter | undefined;
  handle: MessageHandler;
  waitSeconds?: number;
  /** A handler is aborted after this; an hour unless said otherwise. */
  maxHandlingMs?: number;
}

export interface SqsConsumer {
  start(): void;
  /** Stops polling, lets handlers finish, aborts those that are not done after `deadlineMs`, waits for no deaf one. */
  stop(deadlineMs: number): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** At least once, with bounded concurrency: what happens to a message that is not acknowledged, the queue knows. */
export function createSqsConsumer(options: SqsConsumerOptions): SqsConsumer {
  const { sqs, queue, logger, waitSeconds = 20 } = options;
  // Two signals: one that also aborted the work would abort the deletes of work that is done.
  const polling = new AbortController();
  const work = new AbortController();
  const inFlight = new Set<Promise<void>>();
  let slotFreed = Promise.withResolvers<void>();
  let loop: Promise<void> | undefined;

  const acknowledge = batchedCalls<{ ReceiptHandle: string | undefined }>(async (Entries) => {
    const { Failed } = await sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries: [...Entries] }),
    );
    return Failed;
  });

  const changeVisibility = ({ ReceiptHandle }: Message, seconds: number, abortSignal?: AbortSignal) =>
    sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: seconds }),
      abortSignal === undefined ? {} : { abortSignal },
    );

  async function bury(message: Message, reason: string): Promise<void> {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.deadLetterUrl,
        MessageBody: message.Body ?? '',
        MessageAttributes: deadLetterAttributes({
          message,
          sourceQueue: options.name,
          reason,
          receiveCount: receiveCountOf(message),
          now: new Date(),
        }),
      }),
    );
    logger.error({ ...about(message), reason }, 'message buried');
  }

  const about = (message: Message) => ({
    queue: options.name,
    message_id: message.MessageId,
    receive_count: receiveCountOf(message),
  });

  const hold = (message: Message, since: Moment): MessageLease =>
    holdMessage({
      visibilityMs: options.visibilitySeconds * 1000,
      since,
      extend: (signal) => changeVisibility(message, options.visibilitySeconds, signal),
      drain: work.signal,
      maxHandlingMs: options.maxHandlingMs ?? HOUR_MS,
      onHeartbeatFailed: (error) => logger.warn({ ...about(message), err: error }, 'heartbeat failed'),
      onDeaf: () => logger.error(about(message), 'handler goes on although it was aborted'),
    });

  /** Resolves to what became of the message, once the queue has been told. */
  async function handle(message: Message, since: Moment): Promise<Outcome> {
    const lease = hold(message, since);
    try {
      const failure = await attempt(message, lease);
      const isDead = failure !== undefined && isLastTry(message, failure.error);
      // Still with heartbeats, since the queue of the dead letters may be slow to answer.
      if (isDead && lease.isHeld()) {
        await bury(message, work.signal.aborted ? 'worker.stopped' : reasonOf(failure.error));
      }
      await lease.end();
      if (!lease.isHeld()) {
        logger.warn({ ...about(message), err: failure?.error }, 'message lost, left as it is');
        return 'lost';
      }
      if (failure === undefined || isDead) {
        await acknowledge({ ReceiptHandle: message.ReceiptHandle });
        return isDead ? 'buried' : 'acknowledged';
      }
      logger.warn({ ...about(message), err: failure.error }, 'message failed, will be retried');
      // Given up because this process ends, not because the message is bad: the next one takes it at once.
      await changeVisibility(message, work.signal.aborted ? 0 : backOffSeconds(receiveCountOf(message)));
      return 'retried';
    } finally {
      await lease.end();
    }
  }

  async function attempt(
    message: Message,
    { signal }: MessageLease,
  ): Promise<{ error: unknown } | undefined> {
    try {
      signal.throwIfAborted();
      const { MessageId = '', Body = '' } = message;
      await options.handle({ id: MessageId, body: Body, receiveCount: receiveCountOf(message) }, signal);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  const isLastTry = (message: Message, error: unknown) =>
    error instanceof PoisonMessageError || receiveCountOf(message) >= (queue.maxReceives ?? Infinity);

  function track(message: Message, since: Moment): void {
    const handled = options.meter?.received(message);
    const scope = { queue: options.name, messageId: message.MessageId ?? '' };
    const job: Promise<void> = inScope(scope, () => handle(message, since))
      // Neither deleted nor made visible: the visibility timeout brings it back.
      .catch((error: unknown): Outcome => {
        logger.warn({ err: error, queue: options.name }, 'queue call failed');
        return 'lost';
      })
      .then((outcome) => handled?.(outcome))
      .finally(() => {
        inFlight.delete(job);
        slotFreed.resolve();
      });
    inFlight.add(job);
  }

  async function receive(most: number): Promise<void> {
    const askedAt = thisMoment();
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: Math.min(most, 10),
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: options.visibilitySeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: polling.signal },
    );
    // An answer may have lain here while this process was frozen.
    const since = earlierOf(thisMoment(), msAfter(askedAt, waitSeconds * 1000));
    for (const message of Messages) track(message, since);
  }

  async function poll(): Promise<void> {
    let failures = 0;
    while (!polling.signal.aborted) {
      const free = options.concurrency - inFlight.size;
      if (free <= 0) {
        await slotFreed.promise;
        slotFreed = Promise.withResolvers<void>();
        continue;
      }
      try {
        await receive(free);
        failures = 0;
      } catch (error) {
        if (polling.signal.aborted) return;
        failures += 1;
        logger.warn({ err: error, queue: options.name }, 'receiving failed');
        const pauseMs = Math.min(10_000, 200 * 2 ** failures);
        await delay(pauseMs, undefined, { signal: polling.signal }).catch(() => undefined);
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

const receiveCountOf = (message: Message): number => Number(message.Attributes?.ApproximateReceiveCount ?? 1);

/** 1, 2, 4 ... 64 s, each less up to half at random, so that a burst of failures does not come back as one. */
function backOffSeconds(receiveCount: number): number {
  const full = Math.min(64, 2 ** (receiveCount - 1));
  return Math.max(1, Math.round(full * (1 - Math.random() / 2)));
}
