import type { CountStore } from './count-store.ts';
import type { DownloadGrant } from './download-grant.ts';
import { claimScope, scopeBelow, totalKey, wayUp } from './tally-tree.ts';

export type ForgetCounts = (
  asin: string,
  late?: readonly DownloadGrant[],
  signal?: AbortSignal,
) => Promise<number>;

/**
 * Removes whatever has been counted of an asset; resolves to how many rows there were. A row goes after what
 * is below it, so that it is found again if this is interrupted. `late` are grants that came in after: what a
 * counter that died has left of them may hang in the air, where nothing above leads to.
 */
export function forgetCounts(store: Pick<CountStore, 'list' | 'remove' | 'removeClaims'>): ForgetCounts {
  async function clear(scope: string, signal: AbortSignal | undefined): Promise<number> {
    signal?.throwIfAborted();
    const rows = await store.list(scope);
    let found = rows.length;
    for (const { entry } of rows) {
      const below = scopeBelow(scope, entry);
      if (below !== undefined) found += await clear(below, signal);
    }
    await store.removeClaims(rows.flatMap(({ claim }) => claim ?? []));
    await store.remove(rows);
    return found;
  }

  return async (asin, late = [], signal) => {
    let found = 0;
    await store.removeClaims([...new Set(late.map(claimScope))]);
    for (const scope of new Set([...late.flatMap(wayUp).map((step) => step.scope), asin])) {
      found += await clear(scope, signal);
    }
    await store.remove([totalKey(asin)]);
    return found;
  };
}
