import { setTimeout as delay } from 'node:timers/promises';

const BATCH_SIZE = 25;
const ATTEMPTS = 8;

/**
 * BatchWriteItem for any number of requests: 25 at a time, what comes back unprocessed again with a growing
 * pause. Rejects when some are still unprocessed after eight tries; what was written stays written.
 */
export async function writeBatches<Request>(
  requests: readonly Request[],
  write: (batch: Request[]) => Promise<Request[]>,
): Promise<void> {
  for (let start = 0; start < requests.length; start += BATCH_SIZE) {
    let pending = requests.slice(start, start + BATCH_SIZE);
    for (let attempt = 0; pending.length > 0; attempt += 1) {
      if (attempt === ATTEMPTS) throw new Error(`${pending.length} items were not written`);
      if (attempt > 0) await delay(20 * 2 ** attempt * Math.random());
      pending = await write(pending);
    }
  }
}
