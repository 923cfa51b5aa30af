import type { BenchContext, Measured } from '../benchmark.ts';
import { inTurns } from '../statistics/in-turns.ts';
import { percentile } from '../statistics/percentile.ts';
import type { SearchTimes } from './child-messages.ts';
import { QUERY_SETS, type QuerySet } from './query-sets.ts';
import { bestOf } from './best-of.ts';
import type { Child } from './start-child.ts';

export const RANKS = [50, 95, 99] as const;
const ROUNDS = 3;
const COUNTS: Readonly<Record<QuerySet, number>> = {
  text: 400,
  text_facets: 400,
  browse: 120,
  home: 100,
  typo: 200,
};

/** Each set of queries on both sides, round by round in turns; of each query the best round counts. */
export async function measureQueries(
  { say }: BenchContext,
  size: string,
  ours: Child,
  fts5: Child,
): Promise<Measured[]> {
  const figures: Measured[] = [];
  for (const set of QUERY_SETS) {
    say(`${size}: ${set}`);
    const count = COUNTS[set];
    const ask = (child: Child) => child.ask<SearchTimes>({ type: 'search', set, count });
    // FTS5 knows no typos.
    const compared = set !== 'typo';
    const rounds = await inTurns(
      ROUNDS,
      () => ask(ours),
      async () => (compared ? await ask(fts5) : undefined),
    );
    const own = bestOf(rounds.first.map((each) => each.ms));
    const others = bestOf(rounds.second.flatMap((each) => (each === undefined ? [] : [each.ms])));
    const widened = rounds.first[0]?.tolerant ?? 0;
    for (const rank of RANKS) {
      const reference = compared
        ? `FTS5 and columns: ${percentile(others, rank).toFixed(2)} ms`
        : `${widened} of ${count} queries were widened; FTS5 cannot`;
      const value = percentile(own, rank);
      figures.push({ metric: `${set}_p${rank}_ms_${size}`, value, reference, trials: ROUNDS });
    }
    if (set !== 'text' || size !== '100k') continue;
    const [p50, theirs] = [percentile(own, 50), percentile(others, 50)];
    const reference = `p50 of FTS5: ${theirs.toFixed(2)} ms; of the engine: ${p50.toFixed(3)} ms`;
    figures.push({ metric: 'text_fts5_ratio_100k', value: theirs / p50, reference, trials: ROUNDS });
  }
  return figures;
}
