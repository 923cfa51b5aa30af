import { memoryChangeLog } from '../../services/catalog/src/adapters/memory-change-log.ts';
import type { ChangeLog } from '../../services/catalog/src/domain/replica/change-log.ts';

/** Snapshots are of a number of the log: of this one, the first. */
export const ONLY_CHANGE = 1;

export async function logWithOneChange(): Promise<ChangeLog> {
  const changes = memoryChangeLog();
  const at = new Date().toISOString();
  await changes.append({ id: 'event_0', type: 'downloads.counted', totals: {}, at });
  return changes;
}
