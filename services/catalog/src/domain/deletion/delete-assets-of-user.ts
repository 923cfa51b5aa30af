import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';
import { withoutCoOwner } from '../assets/change-co-owners.ts';
import { NOBODY } from '../assets/nobody.ts';
import type { Ownership } from '../browse/ownership.ts';
import type { ChangeAsset } from '../change-asset.ts';
import type { AssetChanges, AssetRepository, RelayEvents } from '../ports.ts';
import type { Replica } from '../replica/replica.ts';
import type { ReportPurge } from './report-purge.ts';

/** A later look for what a pass could not see yet. */
export interface UserCascadePass {
  readonly userId: string;
  /** How many passes in a row have found nothing. */
  readonly cleanPasses: number;
  /** Whether the user's assets are deleted, or stay and belong to nobody. */
  readonly assets: 'delete' | 'keep';
  /** How many of the user's own assets the passes before have settled. */
  readonly settled?: number;
}

/** Durably asks for another pass after a delay that is longer than an index lags. */
export type ScheduleCascadePass = (pass: UserCascadePass) => Promise<void>;

export interface UserCascadeDeps {
  assets: Pick<AssetRepository, 'get' | 'bury' | 'idsOfOwner'>;
  replica: Pick<Replica, 'take' | 'isReady'>;
  ownership: Pick<Ownership, 'idsOfCoOwner' | 'idsOfOwner'>;
  change: ChangeAsset;
  isUserDeleted: IsUserDeleted;
  schedule: ScheduleCascadePass;
  /** At the end of the last pass; another one follows while it says false. */
  onUserPurged: ReportPurge;
  relay: RelayEvents;
  newId: NewId;
  now: () => Date;
}

const CLEAN_PASSES = 2;

/**
 * One pass of the cascade of a deleted account: each asset that the index or this replica's memory names,
 * checked against the item, gets a tombstone or an owner that is nobody, and whatever the user was a co-owner
 * of loses that. Passes follow until two in a row have found nothing, because the index lags and a publication
 * may be under way. False: there is an account, and nothing was touched.
 */
export function deleteAssetsOfUser(deps: UserCascadeDeps) {
  const { assets, replica, ownership, relay, newId, now } = deps;

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

  /** Whether there was anything to change; an asset that is gone has nothing. */
  async function changed(
    asin: string,
    decide: (asset: PublishedAsset) => AssetChanges | undefined,
  ): Promise<boolean> {
    let found = false;
    const noting = (asset: PublishedAsset) => {
      const changes = decide(asset);
      found = changes !== undefined;
      return changes;
    };
    try {
      await deps.change({ asin, isModerator: true, decide: noting });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'asset.not_found') throw error;
      return false;
    }
    return found;
  }

  const leaveToNobody = (asin: string, userId: string) =>
    changed(asin, (asset) => (asset.user_id === userId ? { user_id: NOBODY, co_owners: [] } : undefined));

  return async (pass: UserCascadePass, signal?: AbortSignal): Promise<boolean> => {
    const { userId } = pass;
    if (!(await deps.isUserDeleted(userId))) return false;
    // No index knows of co-owners; memory does, once it is complete.
    if (!replica.isReady()) throw new DomainError('search.unavailable', { retryable: true });
    let found = 0;
    const each = async (asins: readonly string[], act: (asin: string) => Promise<boolean>) => {
      for (const asin of asins) {
        signal?.throwIfAborted();
        if (await act(asin)) found += 1;
      }
    };
    const settle = (asin: string) => (pass.assets === 'keep' ? leaveToNobody : bury)(asin, userId);
    for await (const page of assets.idsOfOwner(userId)) await each(page, settle);
    await each(ownership.idsOfOwner(userId), settle);
    const settled = (pass.settled ?? 0) + found;
    await each(ownership.idsOfCoOwner(userId), (asin) =>
      changed(asin, (asset) => withoutCoOwner(asset, userId)),
    );

    const clean = found > 0 ? 0 : pass.cleanPasses + 1;
    const next = { ...pass, cleanPasses: clean, settled };
    if (clean < CLEAN_PASSES || !(await deps.onUserPurged(next))) await deps.schedule(next);
    return true;
  };
}
