import type { NewId } from '@cairn/shared/ids';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';
import type { AssetRepository, RelayEvents } from '../ports.ts';
import type { Replica } from '../replica/replica.ts';

/** A later look for what a pass could not see yet. */
export interface UserCascadePass {
  readonly userId: string;
  /** How many passes in a row have found nothing. */
  readonly cleanPasses: number;
}

/** Durably asks for another pass after a delay that is longer than an index lags. */
export type ScheduleCascadePass = (pass: UserCascadePass) => Promise<void>;

export interface UserCascadeDeps {
  assets: Pick<AssetRepository, 'get' | 'bury' | 'idsOfOwner'>;
  replica: Pick<Replica, 'take' | 'idsOfOwner'>;
  isUserDeleted: IsUserDeleted;
  schedule: ScheduleCascadePass;
  relay: RelayEvents;
  newId: NewId;
  now: () => Date;
}

const CLEAN_PASSES = 2;

/**
 * One pass of the cascade of a deleted account: a tombstone for each asset that the index or this replica's
 * memory names, checked against the item. Passes follow until two in a row have found nothing, because the
 * index lags and a publication may be under way. False: there is an account, and nothing was touched.
 */
export function deleteAssetsOfUser(deps: UserCascadeDeps) {
  const { assets, replica, relay, newId, now } = deps;

  async function bury(asin: string, userId: string): Promise<boolean> {
    for (;;) {
      const asset = await assets.get(asin);
      if (asset?.status !== 'published' || asset.user_id !== userId) return false;
      const tombstone = tombstoneOf(asset, newId('event'), now().toISOString());
      if (!(await assets.bury(asset, tombstone))) continue;
      relay(asin);
      await replica.take([tombstone]);
      return true;
    }
  }

  return async ({ userId, cleanPasses }: UserCascadePass, signal?: AbortSignal): Promise<boolean> => {
    if (!(await deps.isUserDeleted(userId))) return false;
    let found = 0;
    const buryAll = async (asins: readonly string[]) => {
      for (const asin of asins) {
        signal?.throwIfAborted();
        if (await bury(asin, userId)) found += 1;
      }
    };
    for await (const page of assets.idsOfOwner(userId)) await buryAll(page);
    await buryAll(replica.idsOfOwner(userId));

    const clean = found > 0 ? 0 : cleanPasses + 1;
    if (clean < CLEAN_PASSES) await deps.schedule({ userId, cleanPasses: clean });
    return true;
  };
}
