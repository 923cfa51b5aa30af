export type KeyLock = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/** Runs the work of one key one after the other, in the order of the calls. */
export function createKeyLock(): KeyLock {
  const tails = new Map<string, Promise<void>>();
  return async (key, work) => {
    const previous = tails.get(key) ?? Promise.resolve();
    const { promise: tail, resolve: release } = Promise.withResolvers<void>();
    tails.set(key, tail);
    await previous;
    try {
      return await work();
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
      release();
    }
  };
}
