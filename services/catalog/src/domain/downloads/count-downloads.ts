import type { NewId } from '@cairn/shared/ids';
import type { AssetRepository } from '../ports.ts';
import type { ChangeLog } from '../replica/change-log.ts';
import type { CountStore } from './count-store.ts';
import { deriveTotals } from './derive-totals.ts';
import type { DownloadGrant } from './download-grant.ts';
import { forgetCounts } from './forget-counts.ts';
import { markGrants } from './mark-grants.ts';
import { totalKey } from './tally-tree.ts';

export interface CountDeps {
  store: CountStore;
  assets: Pick<AssetRepository, 'getMany' | 'raiseDownloads'>;
  changes: Pick<ChangeLog, 'append'>;
  newId: NewId;
  now: () => Date;
}

/**
 * Counts grants, each once by its id (I13). After a kill between any two steps the messages come again, and
 * all steps are taken again with the same result: markers first, then totals from markers, then the asset's
 * copy, then the replicas are told. Of an asset that is gone nothing stays (I6).
 */
export function countDownloads({ store, assets, changes, newId, now }: CountDeps) {
  const mark = markGrants(store);
  const derive = deriveTotals(store);
  const forget = forgetCounts(store);

  /** The new total; undefined: the asset is gone, also when it went meanwhile. */
  async function countOne(asin: string, grants: readonly DownloadGrant[]): Promise<number | undefined> {
    await derive(grants);
    const total = (await store.get(totalKey(asin)))?.tally.raw ?? 0;
    if (await assets.raiseDownloads(asin, total)) return total;
    await forget(asin, grants);
    return undefined;
  }

  return async (grants: readonly DownloadGrant[]): Promise<void> => {
    const distinct = [...new Map(grants.map((grant) => [grant.id, grant])).values()];
    const byAsset = Map.groupBy(distinct, (grant) => grant.asin);
    const records = await assets.getMany([...byAsset.keys()]);
    const published = new Set(records.flatMap(({ asin, status }) => (status === 'published' ? asin : [])));

    await mark(distinct.filter(({ asin }) => published.has(asin)));
    const totals: Record<string, number> = {};
    await Promise.all(
      [...byAsset].map(async ([asin, ofAsset]) => {
        if (!published.has(asin)) return void (await forget(asin, ofAsset));
        const total = await countOne(asin, ofAsset);
        if (total !== undefined) totals[asin] = total;
      }),
    );
    if (Object.keys(totals).length === 0) return;
    await changes.append({
      id: newId('event'),
      type: 'downloads.counted',
      totals,
      at: now().toISOString(),
    });
  };
}
