import { GetQueueUrlCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { z } from '@hono/zod-openapi';
import type { Logger } from '../logging/logger.ts';
import type { NoteKeyUse } from './token-verifier.ts';

/** What travels in `api-key-usage`: days, not times, since no more is to be known. */
export const keyUsage = z.object({
  user_id: z.string().min(1).max(64),
  key_id: z.string().min(1).max(64),
  day: z.iso.date(),
});
export type KeyUsage = z.infer<typeof keyUsage>;

const BATCH = 10;
const GATHER_MS = 1_000;
const REMEMBER_MOST = 10_000;

export interface KeyUsageReporter {
  readonly note: NoteKeyUse;
  /** Sends what waits; a process that dies before tells it at the key's next use, there or elsewhere. */
  drain(): Promise<void>;
}

/** Tells auth of the first use of a key on a day, in batches and never in a request's way; a loss is only logged. */
export function keyUsageReporter(options: {
  sqs: Pick<SQSClient, 'send'>;
  queue: string;
  logger: Logger;
  now?: () => Date;
}): KeyUsageReporter {
  const { sqs, queue, logger, now = () => new Date() } = options;
  const told = new Set<string>();
  let waiting: KeyUsage[] = [];
  let timer: NodeJS.Timeout | undefined;
  let queueUrl: string | undefined;
  let sending: Promise<void> = Promise.resolve();

  async function send(uses: readonly KeyUsage[]): Promise<void> {
    try {
      queueUrl ??= (await sqs.send(new GetQueueUrlCommand({ QueueName: queue }))).QueueUrl;
      for (let i = 0; i < uses.length; i += BATCH) {
        const Entries = uses
          .slice(i, i + BATCH)
          .map((use, n) => ({ Id: String(n), MessageBody: JSON.stringify(use) }));
        const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
        if (Failed.length > 0) throw new Error(`the queue did not take an entry: ${Failed[0]?.Code}`);
      }
    } catch (error) {
      // Told again at the next use: the consumer does not mind what it already knows.
      for (const use of uses) told.delete(`${use.key_id} ${use.day}`);
      logger.warn({ err: error }, 'the use of API keys could not be told');
    }
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const uses = waiting;
    waiting = [];
    if (uses.length > 0) sending = sending.then(() => send(uses));
  }

  return {
    note({ userId, keyId }) {
      const day = now().toISOString().slice(0, 10);
      const mark = `${keyId} ${day}`;
      if (told.has(mark)) return;
      if (told.size >= REMEMBER_MOST) told.clear();
      told.add(mark);
      waiting.push({ user_id: userId, key_id: keyId, day });
      timer ??= setTimeout(flush, GATHER_MS);
    },
    async drain() {
      flush();
      await sending;
    },
  };
}
