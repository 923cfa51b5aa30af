import type { z } from '@hono/zod-openapi';
import { highestFirst } from '@cairn/shared/fields/release-version';
import type { Stats } from '../domain/get-stats.ts';
import { sumCounts, type Tally } from '../domain/downloads/tally.ts';
import { stats } from './stats-schemas.ts';

export function statsBody({ asset, total, period }: Stats): z.infer<typeof stats> {
  const releasesOf = (tally: Tally) => {
    const versions = new Set([...Object.keys(asset.releases), ...Object.keys(tally.releases)]);
    return highestFirst([...versions]).map((version) => ({
      version,
      ...(tally.releases[version] ?? { raw: 0, unique: 0 }),
    }));
  };
  return stats.parse({
    ...total,
    asin: asset.asin,
    releases: releasesOf(total),
    period:
      period === undefined
        ? null
        : {
            ...period,
            ...period.total,
            releases: releasesOf(period.total),
            engines: enginesOf(period.total),
          },
  });
}

function enginesOf(tally: Tally) {
  const told = sumCounts(Object.values(tally.engines));
  const engines: { engine: string | null; raw: number; unique: number }[] = Object.entries(tally.engines)
    .map(([engine, count]) => ({ engine, ...count }))
    .sort((a, b) => b.raw - a.raw || (a.engine < b.engine ? -1 : 1));
  const untold = { raw: tally.raw - told.raw, unique: tally.unique - told.unique };
  return untold.raw > 0 ? [...engines, { engine: null, ...untold }] : engines;
}
