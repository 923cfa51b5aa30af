export interface Count {
  /** Grants. */
  readonly raw: number;
  /** Grants that were the first of their client, file and day. */
  readonly unique: number;
}

/** A count, and how it falls to releases and engines. The releases of it add up to it; engines need not. */
export interface Tally extends Count {
  /** By version. */
  readonly releases: Readonly<Record<string, Count>>;
  /** By engine series, as far as clients told. */
  readonly engines: Readonly<Record<string, Count>>;
}

export const NOTHING: Tally = { raw: 0, unique: 0, releases: {}, engines: {} };

/** Anybody can make an engine's version up, and a total is one item: the rarest count together. */
const OTHER_ENGINES = 'other';
const MAX_ENGINES = 50;

export function sumTallies(tallies: readonly Tally[]): Tally {
  const total = sumCounts(tallies);
  return {
    ...total,
    releases: sumMaps(tallies.map((each) => each.releases)),
    engines: withoutTheRarest(sumMaps(tallies.map((each) => each.engines))),
  };
}

export function sumCounts(counts: readonly Count[]): Count {
  let raw = 0;
  let unique = 0;
  for (const each of counts) {
    raw += each.raw;
    unique += each.unique;
  }
  return { raw, unique };
}

function sumMaps(maps: readonly Readonly<Record<string, Count>>[]): Record<string, Count> {
  const sums = new Map<string, Count>();
  for (const map of maps) {
    for (const [key, count] of Object.entries(map)) {
      sums.set(key, sumCounts([sums.get(key) ?? NOTHING, count]));
    }
  }
  return Object.fromEntries(sums);
}

function withoutTheRarest(engines: Record<string, Count>): Record<string, Count> {
  const { [OTHER_ENGINES]: other, ...named } = engines;
  const ranked = Object.entries(named).sort(([a, x], [b, y]) => y.raw - x.raw || (a < b ? -1 : 1));
  const rare = ranked.slice(MAX_ENGINES).map(([, count]) => count);
  if (other === undefined && rare.length === 0) return named;
  return {
    ...Object.fromEntries(ranked.slice(0, MAX_ENGINES)),
    [OTHER_ENGINES]: sumCounts([other ?? NOTHING, ...rare]),
  };
}
