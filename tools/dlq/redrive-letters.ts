import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { stringAttribute } from '@cairn/shared/messaging/dead-letter';
import type { DeadLetterQueue, Outgoing } from './dead-letter-queue.ts';
import { reasonOf } from './describe-letter.ts';

export interface RedriveOptions {
  readonly reason: string | undefined;
  readonly max: number | undefined;
  /** Messages a second. */
  readonly rate: number;
  readonly now: () => Date;
  readonly pause: (ms: number) => Promise<void>;
  readonly onProgress?: (moved: number) => void;
}

export interface RedriveResult {
  readonly queue: string;
  readonly moved: number;
  /** Other reasons than the one asked for. */
  readonly left: number;
  /** Moved by this run, and dead again already. */
  readonly came_back: number;
  /** Not taken by the source queue; they are still dead letters. */
  readonly refused: number;
}

/** What this redrive and the burial before it wrote; the rest is the sender's, and goes along. */
const WRITTEN = new Set([
  'reason',
  'source_queue',
  'source_message_id',
  'receive_count',
  'last_received_at',
  'redriven_at',
]);

/**
 * Moves dead letters back to where they came from: sent first, deleted after, so that dying anywhere leaves a
 * message in both queues at worst, and every consumer knows what it has done. One that dies again during this
 * run is told by its time, and stays.
 */
export async function redriveLetters(
  queue: DeadLetterQueue,
  options: RedriveOptions,
): Promise<RedriveResult> {
  const startedAt = options.now();
  const kept = new Map<string, Message>();
  let seenAgain = 0;
  const result = { moved: 0, left: 0, came_back: 0, refused: 0 };

  function isForThisRun(message: Message): boolean {
    if (kept.has(message.MessageId ?? '')) {
      kept.set(message.MessageId ?? '', message);
      seenAgain += 1;
      return false;
    }
    seenAgain = 0;
    const redrivenAt = message.MessageAttributes?.redriven_at?.StringValue;
    const cameBack = redrivenAt !== undefined && redrivenAt >= startedAt.toISOString();
    if (cameBack) result.came_back += 1;
    else if (options.reason === undefined || reasonOf(message) === options.reason) return true;
    else result.left += 1;
    kept.set(message.MessageId ?? '', message);
    return false;
  }

  try {
    for (;;) {
      const wanted = Math.min(options.rate, 10, (options.max ?? Infinity) - result.moved);
      if (wanted < 1) break;
      const beganAt = options.now().getTime();
      const messages = await queue.take(wanted);
      if (messages.length === 0) break;
      const batch = messages.filter(isForThisRun);
      // Those that were kept come again when their time is over; when all have, everything has been seen.
      if (seenAgain > 0 && seenAgain >= kept.size) break;
      if (batch.length === 0) continue;
      // Whatever fails now, they are let go at the end, unless they have left.
      for (const message of batch) kept.set(message.MessageId ?? '', message);
      const taken = await queue.sendBack(batch.map((message) => outgoing(message, options.now())));
      const moved = batch.filter((_, i) => taken[i] === true);
      await queue.remove(moved);
      for (const { MessageId = '' } of moved) kept.delete(MessageId);
      result.moved += moved.length;
      result.refused += batch.length - moved.length;
      options.onProgress?.(result.moved);
      const dueMs = (batch.length / options.rate) * 1000;
      await options.pause(Math.max(0, dueMs - (options.now().getTime() - beganAt)));
    }
  } finally {
    await queue.release([...kept.values()]);
  }
  return { queue: queue.source, ...result };
}

function outgoing(message: Message, now: Date): Outgoing {
  const others = Object.entries(message.MessageAttributes ?? {}).filter(([name]) => !WRITTEN.has(name));
  const sent = Number(message.Attributes?.SentTimestamp);
  const attributes: Record<string, MessageAttributeValue> = {
    ...(Number.isFinite(sent) ? { first_sent_at: stringAttribute(new Date(sent).toISOString()) } : {}),
    ...Object.fromEntries(others),
    redriven_at: stringAttribute(now.toISOString()),
  };
  return { body: message.Body ?? '', attributes };
}
