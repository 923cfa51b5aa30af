import { DomainError } from '@cairn/shared/errors/domain-error';

/** Runs at most `concurrency` tasks at once, in order; the ones that would wait behind `maxQueued` are refused. */
export interface WorkLimiter {
  run<T>(task: () => Promise<T>): Promise<T>;
  load(): { readonly running: number; readonly waiting: number };
}

export function createWorkLimiter(options: { concurrency: number; maxQueued: number }): WorkLimiter {
  const waiting: (() => void)[] = [];
  let running = 0;

  function takeTurn(): Promise<void> | undefined {
    if (running < options.concurrency) {
      running += 1;
      return undefined;
    }
    if (waiting.length >= options.maxQueued) {
      throw new DomainError('auth.busy', { retryable: true, retryAfterSeconds: 2 });
    }
    return new Promise((resolve) => waiting.push(resolve));
  }

  /** Hands the turn over, so that nobody who comes now gets in before those who wait. */
  function passOn(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return {
    load: () => ({ running, waiting: waiting.length }),
    async run(task) {
      await takeTurn();
      try {
        return await task();
      } finally {
        passOn();
      }
    },
  };
}
