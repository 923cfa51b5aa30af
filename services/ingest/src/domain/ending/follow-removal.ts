import type { Publication } from '@cairn/shared/records/publication';
import type { QuotaLedger } from '../ports.ts';

export interface FollowRemovalDeps {
  quotas: Pick<QuotaLedger, 'returnRemoved'>;
  findAsset: Publication['findAsset'];
}

/** False: it must be called again, because nothing of the asset is settled yet. */
export type FollowRemoval = (asin: string) => Promise<boolean>;

/**
 * Gives back what releases and pictures that were removed from an asset took of its owner's quota. The asset
 * says how much that is in all, so events may repeat, come out of order and be lost before a later one. What
 * a deleted asset held returns as a whole (`follow-deletion.ts`).
 */
export function followRemoval({ quotas, findAsset }: FollowRemovalDeps): FollowRemoval {
  return async (asin) => {
    const asset = await findAsset(asin);
    if (asset?.status !== 'published' || asset.removed_bytes === undefined) return true;
    return quotas.returnRemoved(asset.user_id, asin, asset.removed_bytes);
  };
}
