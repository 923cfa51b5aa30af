import type { AssetRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import type { Ownership } from '../browse/ownership.ts';
import type { AssetRepository } from '../ports.ts';
import type { IndexChange, SearchIndex } from '../search/search-index.ts';
import type { Snapshots } from '../search/snapshot.ts';
import type { ChangeLog, LoggedChange } from './change-log.ts';
import { hasWords, isShown, withoutOutbox, withoutWords } from './kept-record.ts';
import { writeRecords } from './record-file.ts';
import { createRecordStore } from './record-store.ts';
import { restoreSnapshot, type RefusedSnapshot } from './restore-snapshot.ts';
import { indexChange } from './search-document.ts';
import type { SnapshotParts, SnapshotShelf } from './snapshot-shelf.ts';

const BATCH = 500;

/**
 * What this process knows of all assets: the whole catalog in memory, kept by tailing the change log (I12).
 * Whatever it is told, it keeps the newest revision of each asset, also of deleted ones, so that a late or
 * repeated change cannot bring back what was.
 */
export interface Replica extends Ownership {
  /** False until a snapshot or the tables were read once and the log followed to its end. */
  isReady(): boolean;
  /** Ready, and the index holds all of it: not while one that was lost is filled again. */
  isSearchable(): boolean;
  /** When it last stood at the end of the log, by the clock of `now`. */
  caughtUpAt(): Date | undefined;
  /** The public view of an asset: at most as old as the last catch-up. */
  get(asin: string): PublishedAsset | undefined;
  /** Whether the asset is known to be deleted. */
  isDeleted(asin: string): boolean;
  /** Of the newest record that is known, also of a deleted asset. */
  revisionOf(asin: string): number | undefined;
  /** Takes over what somebody read or wrote, unless something newer is known. */
  take(records: readonly AssetRecord[]): Promise<void>;
  /** Follows the log to its end; the first call reads a snapshot before, or the tables. */
  catchUp(): Promise<void>;
  /** All of it as it is at this moment; undefined: not now. */
  capture(): CapturedReplica | undefined;
  /** Whether the index has as many assets as it should; if not, it is filled again by the next catch-up. */
  checkIndex(): Promise<boolean>;
  size(): ReplicaSize;
}

export interface ReplicaSize {
  /** Records in memory, those of deleted assets included. */
  readonly records: number;
  /** Assets that search should find. */
  readonly listed: number;
  /** The sequence number up to which the log is in memory; undefined while the tables are read. */
  readonly position: number | undefined;
}

export interface CapturedReplica extends SnapshotParts {
  readonly seq: number;
}

export interface ReplicaDeps {
  assets: Pick<AssetRepository, 'scan' | 'getMany'>;
  changes: Pick<ChangeLog, 'head' | 'after'>;
  index: SearchIndex & Snapshots;
  /** Where the first call looks before it reads the tables. */
  shelf?: Pick<SnapshotShelf, 'list' | 'open'>;
  onSnapshotRefused?: (name: string, reason: RefusedSnapshot, error?: unknown) => void;
  now: () => Date;
  /** By name. */
  views?: Readonly<Record<string, RecordView>>;
  /** Told of changes once readers see them. */
  onVisible?: ((changes: readonly LoggedChange[]) => void) | undefined;
}

/** Something that is derived of all records, and kept in snapshots with them. */
export interface RecordView {
  /** Told of every record that is taken over, and of the one that it replaces. */
  watch(before: AssetRecord | undefined, after: AssetRecord): void;
  /** All of it as it is now, whatever changes later, for JSON. */
  capture(): unknown;
  /** Takes what `capture` gave in the place of what it has. */
  restore(kept: unknown): void;
}

export function createReplica(deps: ReplicaDeps): Replica {
  const { assets, changes, index, shelf, onSnapshotRefused = () => {}, now, views = {}, onVisible } = deps;
  let known = createRecordStore();
  /** How many of them search should find. */
  let listed = 0;
  /** The sequence number up to which the log is in memory; undefined: the tables have to be read. */
  let position: number | undefined;
  /** Until the first load is past it, a snapshot may take the place of all that is known. */
  let isRestoring = shelf !== undefined;
  const early: AssetRecord[] = [];
  let caughtUpAt: Date | undefined;
  let refilling = false;

  function noteTaken(before: AssetRecord | undefined, kept: AssetRecord): void {
    listed += Number(isShown(kept)) - Number(before !== undefined && isShown(before));
    for (const view of Object.values(views)) view.watch(before, kept);
  }

  async function take(records: readonly AssetRecord[]): Promise<void> {
    if (isRestoring) {
      early.push(...records);
      return;
    }
    const effects: IndexChange[] = [];
    for (const record of records) {
      const revision = known.revisionOf(record.asin);
      if (revision !== undefined && revision >= record.revision) {
        if (record.status === 'published') effects.push(...raise(record.asin, record.downloads));
        continue;
      }
      const before = revision === undefined ? undefined : known.get(record.asin);
      const newest = withoutOutbox(record, before);
      const kept = withoutWords(newest);
      known.set(kept);
      noteTaken(before, kept);
      effects.push(indexChange(newest));
    }
    await applyToIndex(effects);
  }

  /** A lost index is nobody's failure here: `known` is complete, and the next catch-up fills a new one from it. */
  async function applyToIndex(effects: readonly IndexChange[]): Promise<void> {
    if (effects.length === 0 || index.isLost()) return;
    try {
      await index.apply(effects);
    } catch (error) {
      if (!index.isLost()) throw error;
    }
  }

  /** Whatever changes meanwhile is applied behind what is put here, so the newest state comes last. */
  async function refill(): Promise<void> {
    refilling = true;
    await index.reset();
    let batch: string[] = [];
    for (const asin of known.asins()) {
      batch.push(asin);
      if (batch.length < BATCH) continue;
      await putAgain(batch);
      batch = [];
    }
    await putAgain(batch);
    refilling = false;
  }

  /** Memory lacks the words of files, so that records with some are read again. */
  async function putAgain(asins: readonly string[]): Promise<void> {
    const read = await assets.getMany(asins.filter((asin) => hasWords(known.get(asin))));
    const byAsin = new Map(read.map((record) => [record.asin, record]));
    const records = asins.flatMap((asin) => {
      const record = known.get(asin);
      const whole = byAsin.get(asin) ?? record;
      // Of two revisions the newer one is taken, or was, with all that belongs to it.
      return record === undefined || whole?.revision !== record.revision ? [] : withoutOutbox(whole, record);
    });
    await index.apply(records.filter(isShown).map(indexChange));
    await take(read);
  }

  /** Totals only grow, so the order in which they arrive does not matter. */
  function raise(asin: string, total: number): IndexChange[] {
    const before = known.downloadsOf(asin);
    if (before === undefined || before >= total) return [];
    known.setDownloads(asin, total);
    return [{ type: 'downloads', asin, total }];
  }

  async function load(): Promise<number> {
    // The head first: whatever changes while the tables are read comes after it in the log.
    const head = await changes.head();
    const seq = isRestoring && shelf !== undefined ? await loadSnapshot(shelf, head) : undefined;
    isRestoring = false;
    await take(early.splice(0));
    if (seq !== undefined) return seq;
    for await (const page of assets.scan()) await take(page);
    return head;
  }

  async function loadSnapshot(
    from: NonNullable<ReplicaDeps['shelf']>,
    head: number,
  ): Promise<number | undefined> {
    const restored = await restoreSnapshot({
      shelf: from,
      index,
      views: Object.keys(views),
      head,
      onRefused: onSnapshotRefused,
    });
    if (restored === undefined) return undefined;
    known = restored.records;
    listed = restored.head.listed;
    for (const [name, view] of Object.entries(views)) view.restore(restored.head.views[name]);
    return restored.head.seq;
  }

  async function applyBatch(batch: readonly LoggedChange[]): Promise<void> {
    const touched = new Set<string>();
    for (const { change } of batch) if (change.type === 'asset.changed') touched.add(change.asin);
    // Read after the log was: what is read is at least as new as what the log tells.
    await take(await assets.getMany([...touched]));
    const raised = batch.flatMap(({ change }) =>
      change.type === 'downloads.counted'
        ? Object.entries(change.totals).flatMap(([asin, total]) => raise(asin, total))
        : [],
    );
    await applyToIndex(raised);
  }

  const isSearchable = () => caughtUpAt !== undefined && !refilling && !index.isLost();

  return {
    isReady: () => caughtUpAt !== undefined,
    isSearchable,
    caughtUpAt: () => caughtUpAt,
    get(asin) {
      const record = known.get(asin);
      return record?.status === 'published' ? record : undefined;
    },
    isDeleted: (asin) => known.revisionOf(asin) !== undefined && known.downloadsOf(asin) === undefined,
    revisionOf: (asin) => known.revisionOf(asin),
    idsOfOwner: (userId) => known.idsOfOwner(userId),
    idsOfCoOwner: (userId) => known.idsOfCoOwner(userId),
    take,
    async catchUp() {
      if (refilling || index.isLost()) await refill();
      for (;;) {
        const at = now();
        position ??= await load();
        const batch = await changes.after(position, BATCH);
        const last = batch.at(-1);
        if (last === undefined) {
          caughtUpAt = at;
          return;
        }
        if (last.seq !== position + batch.length) {
          // The log was shortened before this replica had read it: only the tables know now.
          position = undefined;
          continue;
        }
        await applyBatch(batch);
        position = last.seq;
        if (isSearchable()) onVisible?.(batch);
      }
    },
    capture() {
      if (position === undefined || !isSearchable()) return undefined;
      // Both in one go: the index is told of a record in the same turn in which memory takes it.
      const { records, count } = known.capture();
      const captured = Object.entries(views).map(([name, view]) => [name, view.capture()] as const);
      const head = { seq: position, listed, views: Object.fromEntries(captured) };
      return {
        seq: position,
        records: inTurns(writeRecords(head, records, count)),
        index: begun(index.snapshot(position)),
      };
    },
    async checkIndex() {
      if (!isSearchable()) return true;
      const expected = listed;
      const { total } = await index.search({ tags: [], sort: 'newest' }, { limit: 0 });
      if (total !== expected) refilling = true;
      return total === expected;
    },
    size: () => ({ records: known.size, listed, position }),
  };
}

async function* inTurns(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Asks for the first chunk at once, which fixes the moment of which a snapshot is. */
function begun(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = iterator.next();
  // Whoever reads it hears of a failure; perhaps nobody does.
  first.catch(() => undefined);
  return (async function* () {
    try {
      for (let next = await first; next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}
