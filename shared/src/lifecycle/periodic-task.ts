import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging/logger.ts';

export interface PeriodicTask {
  start(): void;
  /** Lets a run under way finish. */
  stop(): Promise<void>;
}

export interface PeriodicTaskOptions {
  name: string;
  /** Pause between the end of one run and the start of the next; up to a tenth more at random. */
  intervalMs: number;
  /** Longest pause after failures, 5 s unless said otherwise: a fault that has passed is noticed within 10 s. */
  maxIntervalMs?: number;
  logger: Logger;
  run: (signal: AbortSignal) => Promise<void>;
}

/** Runs forever, one run at a time; a failed run is logged and doubles the pause, up to `maxIntervalMs`. */
export function createPeriodicTask(options: PeriodicTaskOptions): PeriodicTask {
  const stopping = new AbortController();
  let loop: Promise<void> | undefined;

  async function runForever(): Promise<void> {
    let pauseMs = options.intervalMs;
    while (!stopping.signal.aborted) {
      try {
        await options.run(stopping.signal);
        pauseMs = options.intervalMs;
      } catch (error) {
        if (stopping.signal.aborted) return;
        options.logger.warn({ err: error, task: options.name }, 'task failed');
        pauseMs = Math.min(options.maxIntervalMs ?? 5_000, Math.max(pauseMs, 100) * 2);
      }
      await delay(pauseMs * (1 + Math.random() / 10), undefined, { signal: stopping.signal }).catch(
        () => undefined,
      );
    }
  }

  return {
    start() {
      loop ??= runForever();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
