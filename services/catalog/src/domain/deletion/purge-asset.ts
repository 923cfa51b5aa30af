import type { ForgetCounts } from '../downloads/forget-counts.ts';
import type { AssetRepository, ObjectStore, ReleaseRepository } from '../ports.ts';

export interface PurgeDeps {
  assets: Pick<AssetRepository, 'get' | 'settlePurge'>;
  releases: Pick<ReleaseRepository, 'deleteAll'>;
  /** All the buckets that hold objects below `{asin}/`. */
  stores: readonly ObjectStore[];
  forgetCounts: ForgetCounts;
  /** How long after a pass a copy that was under way may still arrive. */
  settleMs: number;
  now: () => Date;
}

const CLEAN_PASSES = 2;

/**
 * Removes what a deleted asset has left: objects, releases, then counts. The tombstone stays due until two passes in
 * a row, `settleMs` apart, have found nothing, because a copy may arrive after the first. Every step can be
 * repeated, and a crash between two of them leaves the tombstone due.
 */
export function purgeAsset({ assets, releases, stores, forgetCounts, settleMs, now }: PurgeDeps) {
  return async (asin: string, signal?: AbortSignal): Promise<void> => {
    const tombstone = await assets.get(asin);
    const startedAt = now();
    if (tombstone?.status !== 'deleted' || tombstone.due_at === undefined) return;
    if (tombstone.due_at > startedAt.toISOString()) return;

    let found = 0;
    for (const store of stores) {
      found += await store.deletePrefix(`${asin}/`);
      signal?.throwIfAborted();
    }
    found += await releases.deleteAll(asin);
    signal?.throwIfAborted();
    found += await forgetCounts(asin, [], signal);

    const cleanPasses = found > 0 ? 0 : (tombstone.clean_passes ?? 0) + 1;
    const dueAt = new Date(now().getTime() + settleMs).toISOString();
    await assets.settlePurge(
      tombstone,
      cleanPasses >= CLEAN_PASSES ? { kind: 'done' } : { kind: 'again', dueAt, cleanPasses },
    );
  };
}
