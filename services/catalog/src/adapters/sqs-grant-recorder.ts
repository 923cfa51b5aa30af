import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DownloadGrant, RecordGrant } from '../domain/downloads/download-grant.ts';

const BATCH = 10;

export interface GrantRecorder {
  /** Rejects when the queue refused the grant, did not answer, or too many already wait for it. */
  record: RecordGrant;
  /** Resolves when nothing waits any more. */
  drain: () => Promise<void>;
}

export interface GrantRecorderOptions {
  sqs: Pick<SQSClient, 'send'>;
  queueUrl: () => Promise<string>;
  /** How long a grant may wait for others to share a call with. */
  lingerMs?: number;
  /** Calls under way; more of them would only be slower each, and the grants that wait fill the next ones. */
  maxCalls?: number;
  /** How long one call may take in all; after it the grants in it count as refused. */
  timeoutMs?: number;
  /** Grants in memory, waiting or being sent; one more is refused at once. */
  maxPending?: number;
}

interface Waiting {
  grant: DownloadGrant;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/**
 * Sends grants in batches: one call for up to ten of them, a few milliseconds after the first, and later when
 * so many calls are under way that waiting makes batches full.
 */
export function sqsGrantRecorder(options: GrantRecorderOptions): GrantRecorder {
  const { sqs, queueUrl, lingerMs = 3, maxCalls = 8, timeoutMs = 2_000, maxPending = 2_000 } = options;
  const waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;
  let pending = 0;
  const sending = new Set<Promise<void>>();

  async function send(batch: readonly Waiting[]): Promise<void> {
    try {
      const { Failed = [] } = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: await queueUrl(),
          Entries: batch.map(({ grant }, i) => ({ Id: String(i), MessageBody: JSON.stringify(grant) })),
        }),
        { abortSignal: AbortSignal.timeout(timeoutMs) },
      );
      const refused = new Map(Failed.map((each) => [each.Id, each.Code]));
      batch.forEach((each, i) => {
        if (refused.has(String(i))) each.reject(new Error(`the queue refused it: ${refused.get(String(i))}`));
        else each.resolve();
      });
    } catch (error) {
      for (const each of batch) each.reject(error);
    } finally {
      pending -= batch.length;
    }
  }

  function pump(): void {
    const enough = isDue ? 1 : BATCH;
    while (sending.size < maxCalls && waiting.length >= enough) {
      const job: Promise<void> = send(waiting.splice(0, BATCH)).finally(() => {
        sending.delete(job);
        pump();
      });
      sending.add(job);
    }
    if (waiting.length > 0) return;
    clearTimeout(timer);
    timer = undefined;
    isDue = false;
  }

  function lingered(): void {
    isDue = true;
    pump();
  }

  return {
    record(grant) {
      if (pending >= maxPending) return Promise.reject(new Error('too many grants wait for the queue'));
      pending += 1;
      return new Promise<void>((resolve, reject) => {
        waiting.push({ grant, resolve, reject });
        timer ??= setTimeout(lingered, lingerMs);
        if (waiting.length >= BATCH) pump();
      });
    },
    async drain() {
      lingered();
      while (sending.size > 0) await Promise.all(sending);
    },
  };
}
