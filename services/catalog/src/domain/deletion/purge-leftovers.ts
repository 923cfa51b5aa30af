import type { Leftover } from '@cairn/shared/records/asset-record';
import type { AssetRepository, ObjectStore, ReleaseRepository } from '../ports.ts';
import { dueLeftovers } from './leftovers.ts';

export interface PurgeLeftoversDeps {
  assets: Pick<AssetRepository, 'get' | 'settleLeftovers'>;
  releases: Pick<ReleaseRepository, 'delete'>;
  /** All the buckets that hold objects below `{asin}/`. */
  stores: readonly ObjectStore[];
  /** How long after a pass a copy that was under way may still arrive. */
  settleMs: number;
  now: () => Date;
}

const CLEAN_PASSES = 2;

/**
 * Removes what a published asset does not show any more: folders of deleted releases with the releases' own
 * items, and of removed pictures. Each stays on the asset's list until two passes in a row have found nothing
 * of it. Every step can be repeated, and a crash between two of them leaves the list as it is.
 */
export function purgeLeftovers({ assets, releases, stores, settleMs, now }: PurgeLeftoversDeps) {
  async function purge(asin: string, folder: string, leftover: Leftover, signal?: AbortSignal) {
    let found = 0;
    for (const store of stores) {
      found += await store.deletePrefix(`${asin}/${folder}/`);
      signal?.throwIfAborted();
    }
    // A picture's folder is no release's id, and deletes nothing here.
    if (await releases.delete(asin, folder)) found += 1;
    return found > 0 ? 0 : (leftover.clean_passes ?? 0) + 1;
  }

  return async (asin: string, signal?: AbortSignal): Promise<void> => {
    const asset = await assets.get(asin);
    if (asset?.status !== 'published' || asset.leftovers === undefined) return;
    const startedAt = now().toISOString();
    const due = Object.entries(asset.leftovers).filter(([, { due_at }]) => due_at <= startedAt);
    if (due.length === 0) return;

    const left = { ...asset.leftovers };
    for (const [folder, leftover] of due) {
      signal?.throwIfAborted();
      const clean = await purge(asin, folder, leftover, signal);
      if (clean >= CLEAN_PASSES) delete left[folder];
      else {
        const again = new Date(now().getTime() + settleMs).toISOString();
        left[folder] = { ...leftover, due_at: again, clean_passes: clean };
      }
    }
    // Where the asset has changed meanwhile its list is still due, and the next sweep does this again.
    await assets.settleLeftovers(asset, dueLeftovers(asin, left));
  };
}
