import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { ChangeAsset } from '../change-asset.ts';
import type { RecordModeration } from './moderation-log.ts';

export interface ModerateInput {
  asin: string;
  moderatorId: string;
  withheld: boolean;
  reason: string;
}

/**
 * Hides an asset from everybody but its owner and moderators, or shows it again. It leaves this replica's
 * search with the answer, and bytes are refused by the table's word from the write on.
 */
export function moderateAsset(deps: { change: ChangeAsset; recordModeration: RecordModeration }) {
  return async ({ asin, moderatorId, withheld, reason }: ModerateInput): Promise<PublishedAsset> => {
    const changes = (asset: PublishedAsset) =>
      withheld ? asset.withheld?.reason !== reason : asset.withheld !== undefined;
    const act = withheld ? ('withheld' as const) : ('restored' as const);
    const isRecorded = await deps.recordModeration({ asin, act, moderator: moderatorId, reason }, changes);
    return deps.change({
      asin,
      isModerator: true,
      decide: (asset, at) =>
        isRecorded && changes(asset) ? { withheld: withheld ? { reason, at } : undefined } : undefined,
    });
  };
}
