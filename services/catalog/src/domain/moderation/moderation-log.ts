import type { NewId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { published } from '../get-asset.ts';
import type { AssetRepository } from '../ports.ts';

export const MODERATION_ACTS = ['withheld', 'restored', 'edited'] as const;
export type ModerationAct = (typeof MODERATION_ACTS)[number];

/** One act, for ever: nobody changes or removes what is on record. */
export interface ModerationEntry {
  readonly asin: string;
  /** Sorts by time. */
  readonly entry: string;
  readonly act: ModerationAct;
  /** The moderator's user id. */
  readonly moderator: string;
  readonly reason: string;
  readonly at: string;
}

export interface ModerationLog {
  append(entry: ModerationEntry): Promise<void>;
  /** The newest first, at most `limit`. */
  list(asin: string, limit: number): Promise<ModerationEntry[]>;
}

/**
 * Puts an act on record before it is done, so that none is done without; one that then failed is on record
 * all the same. Unknown assets, and those of which `concerns` says no, are left out: false, and whoever asked does
 * nothing, whatever has become of the asset since.
 */
export type RecordModeration = (
  act: Omit<ModerationEntry, 'entry' | 'at'>,
  concerns: (asset: PublishedAsset) => boolean,
) => Promise<boolean>;

export function recordModeration(deps: {
  assets: Pick<AssetRepository, 'get'>;
  log: Pick<ModerationLog, 'append'>;
  newId: NewId;
  now: () => Date;
}): RecordModeration {
  return async (act, concerns) => {
    if (!concerns(published(await deps.assets.get(act.asin)))) return false;
    const at = deps.now().toISOString();
    await deps.log.append({ ...act, entry: `${at}#${deps.newId('event')}`, at });
    return true;
  };
}
