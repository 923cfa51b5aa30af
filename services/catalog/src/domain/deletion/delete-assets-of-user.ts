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

/** When another pass is due: behind the news that wait now, after a moment, or when no index lags any more. */
export type CascadePause = 'none' | 'moment' | 'index';

/** Durably asks for another pass. */
export type ScheduleCascadePass = (pass: UserCascadePass, pause: CascadePause) => Promise<void>;

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

/** Resolves to whether there was anything to change. */
type Work = () => Promise<boolean>;

const CLEAN_PASSES = 2;
/**
 * Every change of a pass is a piece of news in the queue that everybody's news are in: those who publish meanwhile
 * wait behind so many at most, for each pass under way.
 */
const CHANGES_IN_A_PASS = 25;
const PASSES_AT_ONCE = 2;

/**
 * One pass of the cascade of a deleted account: each asset that the index or this replica's memory names,
 * checked against the item, gets a tombstone or an owner that is nobody, and whatever the user was a co-owner
 * of loses that. Passes follow until two in a row have found nothing, because the index lags and a publication
 * may be under way. A pass that has changed much goes on behind the news of it, and a few passes at once are enough:
 * however many accounts end together, the news of others keep their pace. False: there is an account, and nothing
 * was touched.
 */
export function deleteAssetsOfUser(deps: UserCascadeDeps) {
  const { assets, replica, ownership, relay, newId, now } = deps;
  let underWay = 0;

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

  /** What has to be changed, in the order in which it is looked at: what memory knows, which forgets what is done. */
  async function* work(pass: UserCascadePass): AsyncGenerator<{ isOwn: boolean; change: Work }> {
    const { userId } = pass;
    const settle = pass.assets === 'keep' ? leaveToNobody : bury;
    const own = (asin: string) => ({ isOwn: true, change: () => settle(asin, userId) });
    for (const asin of ownership.idsOfOwner(userId)) yield own(asin);
    for (const asin of ownership.idsOfCoOwner(userId)) {
      const change = () => changed(asin, (asset) => withoutCoOwner(asset, userId));
      yield { isOwn: false, change };
    }
    for await (const page of assets.idsOfOwner(userId)) for (const asin of page) yield own(asin);
  }

  async function makePass(pass: UserCascadePass, signal: AbortSignal | undefined): Promise<void> {
    let found = 0;
    let settled = pass.settled ?? 0;
    for await (const { isOwn, change } of work(pass)) {
      signal?.throwIfAborted();
      if (!(await change())) continue;
      found += 1;
      if (isOwn) settled += 1;
      if (found === CHANGES_IN_A_PASS) {
        return deps.schedule({ ...pass, cleanPasses: 0, settled }, 'none');
      }
    }
    const next = { ...pass, cleanPasses: found > 0 ? 0 : pass.cleanPasses + 1, settled };
    if (next.cleanPasses >= CLEAN_PASSES && (await deps.onUserPurged(next))) return;
    await deps.schedule(next, 'index');
  }

  return async (pass: UserCascadePass, signal?: AbortSignal): Promise<boolean> => {
    if (!(await deps.isUserDeleted(pass.userId))) return false;
    // No index knows of co-owners; memory does, once it is complete.
    if (!replica.isReady()) throw new DomainError('search.unavailable', { retryable: true });
    if (underWay === PASSES_AT_ONCE) {
      await deps.schedule(pass, 'moment');
      return true;
    }
    underWay += 1;
    try {
      await makePass(pass, signal);
      return true;
    } finally {
      underWay -= 1;
    }
  };
}
