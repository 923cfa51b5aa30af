/** What has been started and must be ended: processes, servers, folders. */
export interface Scope {
  /**
   * Resolves with what is starting. `end` is called for it when the scope ends, also when it was still
   * starting then; what has failed to start is not ended.
   */
  hold<Resource>(
    starting: Promise<Resource> | Resource,
    end: (resource: Resource) => unknown,
  ): Promise<Resource>;
  /** Ends everything, what was started last first; rejects with the first error, after all were tried. */
  end(): Promise<void>;
}

export function createScope(): Scope {
  const held: (() => Promise<void>)[] = [];
  let ended = false;
  return {
    async hold(starting, end) {
      const resource = Promise.resolve(starting);
      const finish = () =>
        resource.then(
          async (each) => void (await end(each)),
          () => undefined,
        );
      if (ended) {
        await finish();
        throw new Error('the benchmark is over');
      }
      held.push(finish);
      return await resource;
    },
    async end() {
      ended = true;
      const errors: unknown[] = [];
      for (let last = held.pop(); last !== undefined; last = held.pop()) {
        await last().catch((error: unknown) => errors.push(error));
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
