import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import type { AssetRecord, AssetTombstone, PublishedAsset } from '@cairn/shared/records/asset-record';
import type { LeftoverChanges } from './deletion/leftovers.ts';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';

/** What an owner may change of an asset; `images` are the ids of the pictures that stay, in their order. */
export type OwnerEdit = Partial<Pick<PublishedAsset, 'name' | 'description' | 'tags' | 'license'>> & {
  readonly images?: readonly string[];
};

/** What may change of a published asset's item besides its revision and its events; undefined removes. */
export type AssetChanges = Partial<
  Omit<
    PublishedAsset,
    | 'asin'
    | 'status'
    | 'revision'
    | 'date_posted'
    | 'date_updated'
    | 'downloads'
    | 'last_event_id'
    | 'outbox'
    | 'outbox_shard'
    | 'outbox_at'
  >
>;

/** An event that tells of one asset. */
export type AssetEvent = Extract<CairnEvent, { asin: string }>;

/**
 * The table of assets. Everything that is read by key is read consistently. The conditional writes name the
 * revision that they are for and resolve to whether they are in, also where an answer was lost on the way.
 */
export interface AssetRepository {
  get(asin: string): Promise<AssetRecord | undefined>;
  getMany(asins: readonly string[]): Promise<AssetRecord[]>;
  /** Every item of the table, page by page, each as it was at some moment after the call. */
  scan(): AsyncIterable<AssetRecord[]>;
  /** Writes the changes, the event's revision and the event. */
  edit(asset: PublishedAsset, changes: AssetChanges, event: AssetEvent): Promise<boolean>;
  /** Puts the tombstone in the asset's place. */
  bury(asset: PublishedAsset, tombstone: AssetTombstone): Promise<boolean>;
  /** Which assets a user may have: from an index, so some may be missing for a while, and some too many. */
  idsOfOwner(userId: string): AsyncIterable<string[]>;
  /** Tombstones, and assets with leftovers, of which something is due to be removed, from an index; at most a few hundred. */
  purgesDue(now: string): Promise<string[]>;
  /** Says what comes after a purge, unless another purge of the same asset has said it first. */
  settlePurge(tombstone: AssetTombstone, next: PurgeNext): Promise<boolean>;
  /** Says what is left after a purge, unless the asset was changed or another purge has said it first. */
  settleLeftovers(asset: PublishedAsset, left: LeftoverChanges): Promise<boolean>;
  /** Raises a published asset's copy of its total, never lowers it; false: there is no such asset. */
  raiseDownloads(asin: string, total: number): Promise<boolean>;
}

export type PurgeNext =
  | { readonly kind: 'again'; readonly dueAt: string; readonly cleanPasses: number }
  | { readonly kind: 'done' };

export interface ReleaseRepository {
  get(asin: string, releaseId: string): Promise<ReleaseRecord | undefined>;
  /** Whether there was such a release. */
  delete(asin: string, releaseId: string): Promise<boolean>;
  /** Deletes whatever releases an asset has; resolves to how many there were. */
  deleteAll(asin: string): Promise<number>;
}

/** One of the two buckets that hold what belongs to assets. */
export interface ObjectStore {
  /** Deletes everything below the prefix; resolves to how many objects there were, rejects if any stayed. */
  deletePrefix(prefix: string): Promise<number>;
}

/** Sends what waits in an asset's item on its way. Never rejects: a sweep takes what it leaves. */
export type RelayEvents = (asin: string) => void;
