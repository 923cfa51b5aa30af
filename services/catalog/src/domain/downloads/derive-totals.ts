import type { CountStore } from './count-store.ts';
import type { DownloadGrant } from './download-grant.ts';
import { expiryOf } from './mark-grants.ts';
import { depthOf, wayUp } from './tally-tree.ts';
import { sumTallies } from './tally.ts';

/** Totals of a day and more are kept; those below serve to derive them. */
const DEEPEST_KEPT = 1;

/**
 * Totals on the way up from marked grants of one asset, each the sum of what is below it. A sum is read after
 * what it is made of was written, and never replaces a higher one: of any number of counters at work, the one
 * whose write comes last below has all of it above, and a slower one changes nothing.
 */
export function deriveTotals(store: Pick<CountStore, 'list' | 'raise'>) {
  return async (grants: readonly DownloadGrant[]): Promise<void> => {
    const ways = grants.map((grant) => wayUp(grant).map((step) => ({ ...step, at: grant.at })));
    const height = ways[0]?.length ?? 0;
    for (let level = 0; level < height; level += 1) {
      const steps = new Map(ways.flatMap((way) => way[level] ?? []).map((step) => [step.scope, step]));
      await Promise.all(
        [...steps.values()].map(async ({ scope, total, at }) => {
          const tally = sumTallies((await store.list(scope)).map((row) => row.tally));
          const expiresAt = depthOf(total.scope) > DEEPEST_KEPT ? expiryOf(at) : undefined;
          if (tally.raw > 0) await store.raise({ ...total, tally, expiresAt });
        }),
      );
    }
  };
}
