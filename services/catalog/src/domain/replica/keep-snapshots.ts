import type { ChangeLog } from './change-log.ts';
import type { Replica } from './replica.ts';
import type { SnapshotShelf, SnapshotTurn, StoredSnapshot } from './snapshot-shelf.ts';

/** The newest, and one for the case that it cannot be read. */
const KEPT = 2;
/** Longer than writing one takes; should one take longer, another is written beside it, which does no harm. */
const TURN_MS = 10 * 60_000;
const UNFINISHED_MS = 60 * 60_000;

export interface KeepSnapshotsDeps {
  replica: Pick<Replica, 'capture'>;
  shelf: Omit<SnapshotShelf, 'open'>;
  turn: SnapshotTurn;
  changes: Pick<ChangeLog, 'head' | 'trim'>;
  /** A new one is due after so many changes, or after so long if there was any change. */
  everyChanges: number;
  everyMs: number;
  /** How long a change stays in the log at least. */
  keepChangesMs: number;
  now: () => Date;
  onWritten: (written: { seq: number; tookMs: number; trimmed: number }) => void;
}

/**
 * Writes a snapshot where one is due, by one replica of all; then removes the older ones, and of the log what is
 * before the oldest that stays.
 */
export function keepSnapshots(deps: KeepSnapshotsDeps): () => Promise<void> {
  const { replica, shelf, turn, changes, now } = deps;

  async function isDue(newest: StoredSnapshot | undefined): Promise<boolean> {
    const seq = newest?.seq ?? 0;
    const news = (await changes.head()) - seq;
    if (news <= 0) return false;
    if (newest === undefined || news >= deps.everyChanges) return true;
    return now().getTime() - newest.at.getTime() >= deps.everyMs;
  }

  return async () => {
    if (!(await isDue((await shelf.list())[0]))) return;
    const taken = await turn.take(TURN_MS);
    if (taken === undefined) return;
    try {
      // Whoever had the turn before may have written one.
      const newest = (await shelf.list())[0];
      if (await isDue(newest)) await write(newest?.seq ?? 0);
    } finally {
      await taken.end();
    }
  };

  async function write(newestSeq: number): Promise<void> {
    const startedAt = now();
    const captured = replica.capture();
    if (captured === undefined || captured.seq <= newestSeq) return;
    await shelf.put(captured.seq, startedAt, captured);
    await shelf.tidy(KEPT, new Date(startedAt.getTime() - UNFINISHED_MS));
    const kept = (await shelf.list()).slice(0, KEPT);
    const oldest = kept.at(-1);
    const trimmed =
      oldest === undefined || kept.length < KEPT
        ? 0
        : await changes.trim(oldest.seq, new Date(now().getTime() - deps.keepChangesMs));
    deps.onWritten({ seq: captured.seq, tookMs: now().getTime() - startedAt.getTime(), trimmed });
  }
}
