import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DownloadGrant, RecordGrant } from '../domain/downloads/download-grant.ts';

/** When so many wait they go at the end of the turn, in a message with whoever else has come by then. */
const ENOUGH = 10;
/** Of a third of a kilobyte each. */
const MOST_IN_A_MESSAGE = 100;

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
 * Sends grants together, in one message: those of one turn of the event loop if they are many, else of a few
 * milliseconds, or more of them when so many calls are under way that the next have to wait. Sending, handing out and deleting then cost once what they would cost for each.
 */
export function sqsGrantRecorder(options: GrantRecorderOptions): GrantRecorder {
  const { sqs, queueUrl, lingerMs = 3, maxCalls = 4, timeoutMs = 2_000, maxPending = 2_000 } = options;
  const waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;
  let pending = 0;
  const sending = new Set<Promise<void>>();

  async function send(batch: readonly Waiting[]): Promise<void> {
    try {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: await queueUrl(),
          MessageBody: JSON.stringify({ grants: batch.map(({ grant }) => grant) }),
        }),
        { abortSignal: AbortSignal.timeout(timeoutMs) },
      );
      for (const each of batch) each.resolve();
    } catch (error) {
      for (const each of batch) each.reject(error);
    } finally {
      pending -= batch.length;
    }
  }

  function pump(): void {
    const enough = isDue ? 1 : ENOUGH;
    while (sending.size < maxCalls && waiting.length >= enough) {
      const job: Promise<void> = send(waiting.splice(0, MOST_IN_A_MESSAGE)).finally(() => {
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
        if (waiting.length === ENOUGH) setImmediate(pump);
      });
    },
    async drain() {
      lingered();
      while (sending.size > 0) await Promise.all(sending);
    },
  };
}
