import type { Message } from '@aws-sdk/client-sqs';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import { describeLetter, type LetterDescription } from './describe-letter.ts';

export interface QueueListing {
  readonly queue: string;
  readonly dead_letter_queue: string;
  /** As SQS counts, which is roughly. */
  readonly count: number;
  readonly by_reason: Readonly<Record<string, number>>;
  readonly letters: readonly LetterDescription[];
}

/** Looks at up to `max` dead letters, and lets them go again. */
export async function listLetters(queue: DeadLetterQueue, max: number): Promise<QueueListing> {
  const count = await queue.count();
  const seen = new Map<string, Message>();
  try {
    while (seen.size < max) {
      const messages = await queue.take(max - seen.size);
      const isNew = messages.some(({ MessageId = '' }) => !seen.has(MessageId));
      for (const message of messages) seen.set(message.MessageId ?? '', message);
      if (!isNew) break;
    }
  } finally {
    await queue.release([...seen.values()]);
  }
  const letters = [...seen.values()].map(describeLetter).sort((a, b) => (a.since < b.since ? -1 : 1));
  const by_reason: Record<string, number> = {};
  for (const { reason } of letters) by_reason[reason] = (by_reason[reason] ?? 0) + 1;
  return { queue: queue.source, dead_letter_queue: queue.name, count, by_reason, letters };
}
