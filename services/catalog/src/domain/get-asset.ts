import { DomainError } from '@cairn/shared/errors/domain-error';
import type { AssetRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import type { AssetRepository } from './ports.ts';
import type { Replica } from './replica/replica.ts';

export interface AssetReader {
  asin: string;
  /** The signed-in reader; undefined: the public. */
  userId?: string | undefined;
}

/**
 * The public reads this replica's memory. Its owner reads the table and sees an edit at once; so does any
 * signed-in reader of an asset that memory does not know, since it may be their own and a moment old.
 */
export function getAsset(deps: { assets: Pick<AssetRepository, 'get'>; replica: Replica }) {
  return async ({ asin, userId }: AssetReader): Promise<PublishedAsset> => {
    const known = deps.replica.get(asin);
    if (userId !== undefined && (known === undefined || mayEdit(known, userId))) {
      return published(await deps.assets.get(asin));
    }
    if (!deps.replica.isReady()) throw new DomainError('search.unavailable', { retryable: true });
    return published(known);
  };
}

/** The asset, or the one problem for an unknown and for a deleted one. */
export function published(record: AssetRecord | undefined): PublishedAsset {
  if (record?.status !== 'published') throw new DomainError('asset.not_found');
  return record;
}

export function mayEdit(asset: PublishedAsset, userId: string): boolean {
  return asset.user_id === userId || asset.co_owners.includes(userId);
}
