import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging/logger.ts';
import type { QueueUrls } from './queue-urls.ts';

export interface QueueAddress {
  /** Rejects when the queue cannot be found now; asks again the next time. */
  find(): Promise<QueueUrls>;
  /** Asks until it is found. Undefined: the signal aborted before. */
  wait(signal: AbortSignal): Promise<QueueUrls | undefined>;
}

const PAUSE_MS = 1_000;

/** A queue that may not be reachable yet when the service starts, which must not keep the service down. */
export function queueAddress(name: string, resolve: () => Promise<QueueUrls>, logger: Logger): QueueAddress {
  let asked: Promise<QueueUrls> | undefined;

  function find(): Promise<QueueUrls> {
    if (asked === undefined) {
      const asking = resolve();
      asking.catch(() => (asked = undefined));
      asked = asking;
    }
    return asked;
  }

  return {
    find,
    async wait(signal) {
      while (!signal.aborted) {
        try {
          return await find();
        } catch (error) {
          logger.warn({ err: error, queue: name }, 'the queue cannot be found yet');
          await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
        }
      }
      return undefined;
    },
  };
}
