import type { AssetRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import type { AssetRepository } from '../ports.ts';
import type { IndexChange, SearchIndex } from '../search/search-index.ts';
import type { ChangeLog, LoggedChange } from './change-log.ts';
import { searchDocument } from './search-document.ts';

const BATCH = 500;

/**
 * What this process knows of all assets: the whole catalog in memory, kept by tailing the change log (I12).
 * Whatever it is told, it keeps the newest revision of each asset, also of deleted ones, so that a late or
 * repeated change cannot bring back what was.
 */
export interface Replica {
  /** False until the tables were read once and the log followed to its end. */
  isReady(): boolean;
  /** When it last stood at the end of the log, by the clock of `now`. */
  caughtUpAt(): Date | undefined;
  /** The public view of an asset: at most as old as the last catch-up. */
  get(asin: string): PublishedAsset | undefined;
  /** Whether the asset is known to be deleted. */
  isDeleted(asin: string): boolean;
  idsOfOwner(userId: string): string[];
  /** Takes over what somebody read or wrote, unless something newer is known. */
  take(records: readonly AssetRecord[]): Promise<void>;
  /** Follows the log to its end; the first call reads the tables before. */
  catchUp(): Promise<void>;
}

export interface ReplicaDeps {
  assets: Pick<AssetRepository, 'scan' | 'getMany'>;
  changes: Pick<ChangeLog, 'head' | 'after'>;
  index: Pick<SearchIndex, 'apply'>;
  now: () => Date;
}

export function createReplica({ assets, changes, index, now }: ReplicaDeps): Replica {
  const known = new Map<string, AssetRecord>();
  /** The sequence number up to which the log is in memory; undefined: the tables have to be read. */
  let position: number | undefined;
  let caughtUpAt: Date | undefined;

  async function take(records: readonly AssetRecord[]): Promise<void> {
    const effects: IndexChange[] = [];
    for (const record of records) {
      const before = known.get(record.asin);
      if (before !== undefined && before.revision >= record.revision) {
        if (record.status === 'published') effects.push(...raise(record.asin, record.downloads));
        continue;
      }
      const kept = withoutOutbox(record, before);
      known.set(record.asin, kept);
      effects.push(
        kept.status === 'published'
          ? { type: 'put', document: searchDocument(kept) }
          : { type: 'remove', asin: kept.asin },
      );
    }
    if (effects.length > 0) await index.apply(effects);
  }

  /** Totals only grow, so the order in which they arrive does not matter. */
  function raise(asin: string, total: number): IndexChange[] {
    const before = known.get(asin);
    if (before?.status !== 'published' || before.downloads >= total) return [];
    known.set(asin, { ...before, downloads: total });
    return [{ type: 'downloads', asin, total }];
  }

  async function load(): Promise<number> {
    // The head first: whatever changes while the tables are read comes after it in the log.
    const head = await changes.head();
    for await (const page of assets.scan()) await take(page);
    return head;
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
    if (raised.length > 0) await index.apply(raised);
  }

  return {
    isReady: () => caughtUpAt !== undefined,
    caughtUpAt: () => caughtUpAt,
    get(asin) {
      const record = known.get(asin);
      return record?.status === 'published' ? record : undefined;
    },
    isDeleted: (asin) => known.get(asin)?.status === 'deleted',
    idsOfOwner: (userId) =>
      [...known.values()]
        .filter((record) => record.status === 'published' && record.user_id === userId)
        .map((record) => record.asin),
    take,
    async catchUp() {
      for (;;) {
        const at = now();
        position ??= await load();
        const batch = await changes.after(position, BATCH);
        const last = batch.at(-1);
        if (last === undefined) {
          caughtUpAt = at;
          return;
        }
        if (batch[0]?.seq !== position + 1) {
          // The log was shortened before this replica had read it: only the tables know now.
          position = undefined;
          continue;
        }
        await applyBatch(batch);
        position = last.seq;
      }
    },
  };
}

/** Events are no business of readers; the downloads may be known better than the item was when it was read. */
function withoutOutbox(record: AssetRecord, before: AssetRecord | undefined): AssetRecord {
  const { outbox: _outbox, outbox_shard: _shard, outbox_at: _at, ...kept } = record;
  if (kept.status === 'deleted' || before?.status !== 'published') return kept;
  return { ...kept, downloads: Math.max(kept.downloads, before.downloads) };
}
