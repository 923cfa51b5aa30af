import type { Snapshots, SnapshotRefusal } from '../search/snapshot.ts';
import { readRecords, type RecordsHead } from './record-file.ts';
import { createRecordStore, type RecordStore } from './record-store.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';

export type RefusedSnapshot = SnapshotRefusal | 'unreadable' | 'mismatched' | 'ahead_of_log';

export interface RestoreDeps {
  shelf: Pick<SnapshotShelf, 'list' | 'open'>;
  index: Pick<Snapshots, 'restore'> & { reset(): Promise<void> };
  /** The views that have to be in it. */
  views: readonly string[];
  /** The log's end, before anything was read. */
  head: number;
  /** Why the tables are read instead, or an older snapshot. */
  onRefused: (name: string, reason: RefusedSnapshot, error?: unknown) => void;
}

export interface RestoredReplica {
  readonly records: RecordStore;
  readonly head: RecordsHead;
}

/** Records and index of the newest snapshot that is sound; of both or of neither. Never rejects for a bad one. */
export async function restoreSnapshot(deps: RestoreDeps): Promise<RestoredReplica | undefined> {
  const { shelf, index, head, views, onRefused } = deps;
  let stored;
  try {
    stored = await shelf.list();
  } catch (error) {
    onRefused('list', 'unreadable', error);
    return undefined;
  }
  for (const { name, seq } of stored) {
    // A log that was set back knows nothing of what is in there.
    if (seq > head) {
      onRefused(name, 'ahead_of_log');
      continue;
    }
    try {
      const restored = await restoreOne(name, seq);
      if (typeof restored === 'object') return restored;
      onRefused(name, restored);
    } catch (error) {
      onRefused(name, 'unreadable', error);
    }
    await index.reset();
  }
  return undefined;

  async function restoreOne(name: string, seq: number): Promise<RestoredReplica | RefusedSnapshot> {
    const parts = await shelf.open(name);
    if (parts === undefined) return 'torn';
    const records = createRecordStore();
    const [read, restored] = await Promise.allSettled([
      readRecords(parts.records, records),
      index.restore(parts.index),
    ]);
    if (read.status === 'rejected') throw read.reason;
    if (restored.status === 'rejected') throw restored.reason;
    const written = read.value.head;
    if (!read.value.read.ok) return read.value.read.reason;
    if (!restored.value.ok) return restored.value.reason;
    if (written?.seq !== seq || restored.value.seq !== seq) return 'mismatched';
    if (views.some((name) => !Object.hasOwn(written.views, name))) return 'other_format';
    return { records, head: written };
  }
}
