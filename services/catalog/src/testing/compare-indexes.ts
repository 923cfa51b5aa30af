import { FACETS, type SearchCriteria, type SearchIndex } from '../domain/search/search-index.ts';
import { ENGINE_VERSIONS } from './generated-assets.ts';

export interface Difference {
  readonly criteria: SearchCriteria;
  readonly index: unknown;
  readonly oracle: unknown;
}

/**
 * The first of the queries that the two answer differently. What is relevant is each engine's own, so by
 * relevance only the set of hits is compared; where a page ends there, too, so it is made long enough.
 */
export async function firstDifference(
  index: SearchIndex,
  oracle: SearchIndex,
  queries: readonly SearchCriteria[],
): Promise<Difference | undefined> {
  for (const criteria of queries) {
    const sort = criteria.sort === 'relevance' ? 'newest' : criteria.sort;
    const page = { limit: 50, facets: { names: FACETS, engines: ENGINE_VERSIONS } };
    const [answer, expected] = await Promise.all([
      index.search({ ...criteria, sort }, page),
      oracle.search({ ...criteria, sort }, page),
    ]);
    if (JSON.stringify(sorted(answer)) !== JSON.stringify(sorted(expected))) {
      return { criteria, index: answer, oracle: expected };
    }
  }
  return undefined;
}

const sorted = ({ total, tolerant, hits, facets }: Awaited<ReturnType<SearchIndex['search']>>) => [
  total,
  tolerant,
  hits.map(({ asin, key }) => [asin, key]),
  FACETS.map((facet) => facets[facet]),
];
