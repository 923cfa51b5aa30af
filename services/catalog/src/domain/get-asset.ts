import { DomainError } from '@cairn/shared/errors/domain-error';
import type { AssetRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import type { AssetRepository } from './ports.ts';
import type { Replica } from './replica/replica.ts';

export interface Reader {
  /** The signed-in reader; undefined: the public. */
  userId?: string | undefined;
  isModerator?: boolean | undefined;
}

export interface AssetReader extends Reader {
  asin: string;
}

/**
 * The public reads this replica's memory. Its owner reads the table and sees an edit at once; so does any
 * signed-in reader of an asset that memory does not know or does not show, since it may be their own.
 */
export function getAsset(deps: { assets: Pick<AssetRepository, 'get'>; replica: Replica }) {
  return async ({ asin, ...reader }: AssetReader): Promise<PublishedAsset> => {
    const known = deps.replica.get(asin);
    if (reader.userId !== undefined && (known?.withheld !== undefined || isTheirs(known, reader.userId))) {
      return visible(await deps.assets.get(asin), reader);
    }
    if (!deps.replica.isReady()) throw new DomainError('search.unavailable', { retryable: true });
    return visible(known, reader);
  };
}

const isTheirs = (known: PublishedAsset | undefined, userId: string): boolean =>
  known === undefined || mayEdit(known, userId);

/** The asset, or the one problem for an unknown and for a deleted one. */
export function published(record: AssetRecord | undefined): PublishedAsset {
  if (record?.status !== 'published') throw new DomainError('asset.not_found');
  return record;
}

/** The same, as the reader may see it: a withheld one is there for its owner and for moderators alone. */
export function visible(record: AssetRecord | undefined, reader: Reader): PublishedAsset {
  const asset = published(record);
  const isShown = asset.withheld === undefined || reader.isModerator === true;
  if (!isShown && asset.user_id !== reader.userId) throw new DomainError('asset.not_found');
  return asset;
}

export function mayEdit(asset: PublishedAsset, userId: string): boolean {
  return asset.user_id === userId || asset.co_owners.includes(userId);
}

/** Refuses whoever is neither the owner nor a co-owner. */
export function requireEditor(asset: PublishedAsset, userId: string): void {
  if (!mayEdit(asset, userId)) throw new DomainError('asset.not_owner');
}
