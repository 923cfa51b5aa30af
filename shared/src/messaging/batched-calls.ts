/** What a queue says about one entry of a batch that it did not take. */
export interface FailedEntry {
  readonly Id?: string | undefined;
  readonly Code?: string | undefined;
}

/** SQS takes no more in one call. */
const BATCH = 10;
/** And no more than this in all of it; a little is left for attributes. */
const BATCH_BYTES = 250_000;

interface Waiting<Entry> {
  readonly entry: Entry;
  readonly bytes: number;
  readonly done: PromiseWithResolvers<void>;
}

/**
 * Sends what is asked for within one turn of the event loop in calls of up to ten entries; nothing waits for
 * others. Each promise is about its own entry: it resolves once the queue has taken it.
 */
export function batchedCalls<Entry>(
  call: (entries: readonly (Entry & { Id: string })[]) => Promise<readonly FailedEntry[] | undefined>,
  sizeBytes: (entry: Entry) => number = () => 0,
): (entry: Entry) => Promise<void> {
  let waiting: Waiting<Entry>[] = [];

  async function send(batch: readonly Waiting<Entry>[]): Promise<void> {
    try {
      const failed = await call(batch.map(({ entry }, i) => ({ ...entry, Id: String(i) })));
      const codes = new Map(failed?.map((each) => [each.Id, each.Code ?? 'unknown']));
      batch.forEach(({ done }, i) => {
        const code = codes.get(String(i));
        if (code === undefined) done.resolve();
        else done.reject(new Error(`the queue did not take an entry of a batch: ${code}`));
      });
    } catch (error) {
      for (const { done } of batch) done.reject(error);
    }
  }

  function flush(): void {
    const all = waiting;
    waiting = [];
    for (const batch of inBatches(all)) void send(batch);
  }

  return (entry) => {
    const done = Promise.withResolvers<void>();
    if (waiting.length === 0) setImmediate(flush);
    waiting.push({ entry, bytes: sizeBytes(entry), done });
    return done.promise;
  };
}

function inBatches<Entry>(all: readonly Waiting<Entry>[]): Waiting<Entry>[][] {
  const batches: Waiting<Entry>[][] = [];
  let bytes = 0;
  for (const each of all) {
    const open = batches.at(-1);
    bytes += each.bytes;
    if (open === undefined || open.length === BATCH || bytes > BATCH_BYTES) {
      batches.push([each]);
      bytes = each.bytes;
    } else open.push(each);
  }
  return batches;
}
