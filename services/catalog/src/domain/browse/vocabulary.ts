import type { AssetRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import { unyanked } from '@cairn/shared/records/newest-release';
import type { RecordView } from '../replica/replica.ts';
import { isListed } from '../replica/search-document.ts';
import { seriesIn } from '@cairn/shared/fields/engine-series';

export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/**
 * The words in which the assets that search finds are described, with how many assets carry each; kept by
 * watching a replica. Sorted at most once for all the changes since, when somebody asks.
 */
export interface Vocabulary extends RecordView {
  /** Grows with every change. */
  version(): number;
  /** The highest count first, equal ones by value. */
  tags(): readonly ValueCount[];
  licenses(): readonly ValueCount[];
  /** Engine series (`4.2`) that ranges name; the count is of assets that name it, which is not who supports it. */
  namedSeries(): readonly ValueCount[];
}

export function createVocabulary(): Vocabulary {
  let version = 0;
  const tags = counted();
  const licenses = counted();
  const series = counted();

  function count(record: AssetRecord | undefined, by: 1 | -1): void {
    if (record?.status !== 'published' || !isListed(record)) return;
    for (const tag of new Set(record.tags)) tags.add(tag, by);
    licenses.add(record.license, by);
    for (const each of seriesOf(record)) series.add(each, by);
  }

  return {
    watch(before, after) {
      count(before, -1);
      count(after, 1);
      version += 1;
    },
    capture: () => ({ tags: tags.all(), licenses: licenses.all(), series: series.all() }),
    restore(kept) {
      const of = kept as Readonly<Record<'tags' | 'licenses' | 'series', readonly Counted[]>>;
      tags.restore(of.tags);
      licenses.restore(of.licenses);
      series.restore(of.series);
      version += 1;
    },
    version: () => version,
    tags: tags.sorted,
    licenses: licenses.sorted,
    namedSeries: series.sorted,
  };
}

function seriesOf(asset: PublishedAsset): Set<string> {
  const ranges = unyanked(asset.releases).flatMap(
    (version) => asset.releases[version]?.compatible_engine_ver ?? [],
  );
  return new Set(ranges.flatMap(seriesIn));
}

type Counted = readonly [value: string, count: number];

function counted() {
  let counts = new Map<string, number>();
  let sorted: readonly ValueCount[] | undefined;
  return {
    add(value: string, by: number) {
      const count = (counts.get(value) ?? 0) + by;
      if (count > 0) counts.set(value, count);
      else counts.delete(value);
      sorted = undefined;
    },
    all: (): readonly Counted[] => [...counts],
    restore(kept: readonly Counted[]) {
      counts = new Map(kept);
      sorted = undefined;
    },
    sorted: () =>
      (sorted ??= [...counts]
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))),
  };
}
