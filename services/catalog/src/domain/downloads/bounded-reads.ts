import { DomainError } from '@cairn/shared/errors/domain-error';

const RETRY_AFTER_SECONDS = 2;

/** What comes when the waiting room is full: it passes, and it is no outage. */
export const archivesBusy = (): DomainError =>
  new DomainError('archive.busy', { retryable: true, retryAfterSeconds: RETRY_AFTER_SECONDS });

/** Reads a thing once for all who ask for it meanwhile, a few things at once; some more wait, others are refused. */
export function boundedReads<T>(options: {
  concurrency: number;
  maxWaiting: number;
}): (name: string, read: () => Promise<T>) => Promise<T> {
  const underWay = new Map<string, Promise<T>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn(read: () => Promise<T>): Promise<T> {
    if (running < options.concurrency) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await read();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return async (name, read) => {
    const known = underWay.get(name);
    if (known !== undefined) return known;
    if (running >= options.concurrency && waiting.length >= options.maxWaiting) throw archivesBusy();
    const reading = inTurn(read);
    underWay.set(name, reading);
    try {
      return await reading;
    } finally {
      underWay.delete(name);
    }
  };
}
