import type { NewId } from '@cairn/shared/ids';
import type { AssetRepository } from '../ports.ts';
import type { ChangeLog } from '../replica/change-log.ts';
import type { DownloadGrant } from './download-grant.ts';

/**
 * Where counts are derived: a marker for each grant, and totals made by counting what is below them, never
 * by adding. Every total only grows, so writing one twice or late changes nothing.
 */
export interface DownloadCounter {
  /** Marks a grant as seen; a grant that was marked before stays as it was. */
  mark(grant: DownloadGrant): Promise<void>;
  /** Counts an hour's markers into the hour's total, the hours into the day's, the days into the asset's. */
  total(asin: string, hours: readonly string[]): Promise<number>;
}

export interface CountDeps {
  counter: DownloadCounter;
  assets: Pick<AssetRepository, 'raiseDownloads'>;
  changes: Pick<ChangeLog, 'append'>;
  newId: NewId;
  now: () => Date;
}

/** `2026-11-22T13`: the UTC hour that a grant counts in. It comes from the grant, so a repeat finds its marker. */
export const hourOf = (at: string): string => at.slice(0, 13);

/**
 * Counts grants, each once by its id (I13). After a kill between any two steps the messages come again, and
 * all steps are taken again with the same result: markers first, then totals from markers, then the asset's
 * copy, then the replicas are told.
 */
export function countDownloads({ counter, assets, changes, newId, now }: CountDeps) {
  return async (grants: readonly DownloadGrant[]): Promise<void> => {
    await Promise.all(grants.map((grant) => counter.mark(grant)));
    const totals: Record<string, number> = {};
    const byAsset = Map.groupBy(grants, (grant) => grant.asin);
    await Promise.all(
      [...byAsset].map(async ([asin, ofAsset]) => {
        const hours = [...new Set(ofAsset.map((grant) => hourOf(grant.at)))];
        const total = await counter.total(asin, hours);
        if (await assets.raiseDownloads(asin, total)) totals[asin] = total;
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
