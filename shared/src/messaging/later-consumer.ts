import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging/logger.ts';
import type { SqsConsumer } from './sqs-consumer.ts';

const PAUSE_MS = 1_000;

export interface LaterConsumer extends SqsConsumer {
  /** Whether the queue was found. */
  hasStarted(): boolean;
}

/** A consumer of a queue that may not be reachable yet, which must not keep its service from starting. */
export function laterConsumer(options: {
  name: string;
  create: () => Promise<SqsConsumer>;
  logger: Logger;
}): LaterConsumer {
  const stopping = new AbortController();
  let consumer: SqsConsumer | undefined;
  let starting: Promise<void> | undefined;

  async function startWhenThere(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const created = await options.create();
        if (stopping.signal.aborted) return;
        consumer = created;
        created.start();
        return;
      } catch (error) {
        options.logger.warn({ err: error, queue: options.name }, 'the queue cannot be found yet');
        await delay(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  return {
    hasStarted: () => consumer !== undefined,
    start() {
      starting ??= startWhenThere();
    },
    async stop(deadlineMs) {
      stopping.abort();
      await starting;
      await consumer?.stop(deadlineMs);
    },
  };
}
