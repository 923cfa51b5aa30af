import { invalidField } from '@cairn/shared/errors/domain-error';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { CountStore } from './downloads/count-store.ts';
import { daysScope, totalKey } from './downloads/tally-tree.ts';
import { NOTHING, sumTallies, type Count, type Tally } from './downloads/tally.ts';
import { mayEdit, type AssetReader } from './get-asset.ts';

export interface GetStatsInput extends AssetReader {
  /** UTC days, both included; absent: the 30 days up to `to`, and today. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface StatsOfPeriod {
  readonly from: string;
  readonly to: string;
  /** Each day of the period, in order. */
  readonly days: readonly (Count & { date: string })[];
  readonly total: Tally;
}

export interface Stats {
  readonly asset: PublishedAsset;
  readonly total: Tally;
  /** Undefined unless the reader may edit the asset. */
  readonly period: StatsOfPeriod | undefined;
}

const MAX_PERIOD_DAYS = 366;
const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

/** What has been counted of an asset: in all for everybody, day by day for those who may edit it. */
export function getStats(deps: {
  getAsset: (reader: AssetReader) => Promise<PublishedAsset>;
  counts: Pick<CountStore, 'get' | 'list'>;
  now: () => Date;
}) {
  const { getAsset, counts, now } = deps;

  async function statsOf(asin: string, period: readonly string[]): Promise<StatsOfPeriod> {
    const [from = '', to = ''] = [period[0], period.at(-1)];
    const scopes = [...new Set(period.map((day) => daysScope(asin, day)))];
    const rows = (await Promise.all(scopes.map((scope) => counts.list(scope, { from, to })))).flat();
    const byDay = new Map(rows.map(({ entry, tally }) => [entry, tally]));
    const days = period.map((date) => {
      const { raw, unique } = byDay.get(date) ?? NOTHING;
      return { date, raw, unique };
    });
    return { from, to, days, total: sumTallies(rows.map((row) => row.tally)) };
  }

  return async ({ from, to, ...reader }: GetStatsInput): Promise<Stats> => {
    const wanted = daysBetween(from, to, now());
    const asset = await getAsset(reader);
    const { asin, userId } = reader;
    const isTheirs = userId !== undefined && mayEdit(asset, userId);
    // The days first: totals are derived from them, so what they add up to is never more than the total.
    const period = isTheirs ? await statsOf(asin, wanted) : undefined;
    const total = (await counts.get(totalKey(asin)))?.tally ?? NOTHING;
    return { asset, total, period };
  };
}

function daysBetween(from: string | undefined, to: string | undefined, now: Date): string[] {
  const dayAfter = (day: string, days: number) =>
    new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
  const last = to ?? now.toISOString().slice(0, 10);
  const first = from ?? dayAfter(last, 1 - DEFAULT_DAYS);
  const count = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (count < 1) {
    throw invalidField('query.from', 'period.reversed', 'must not be after `to`');
  }
  if (count > MAX_PERIOD_DAYS) {
    throw invalidField(
      'query.from',
      'period.too_long',
      `the period must have at most ${MAX_PERIOD_DAYS} days`,
      'Ask for a year at a time.',
    );
  }
  return Array.from({ length: count }, (_, i) => dayAfter(first, i));
}
