import type {
  FacetRequest,
  PageRequest,
  SearchCriteria,
} from '../../services/catalog/src/domain/search/search-index.ts';
import {
  assetGenerator,
  ENGINE_VERSIONS,
  seeded,
} from '../../services/catalog/src/testing/generated-assets.ts';

export const QUERY_SETS = ['text', 'text_facets', 'browse', 'home', 'typo'] as const;
export type QuerySet = (typeof QUERY_SETS)[number];

export interface Query {
  readonly criteria: SearchCriteria;
  readonly page: PageRequest;
}

const FACETS: FacetRequest = { names: ['kind', 'engine', 'license', 'tags'], engines: ENGINE_VERSIONS };
const BROWSE_SORTS = ['downloads', 'newest', 'name', 'size'] as const;

/** The same queries in every process that asks for them; for `text_facets` the texts of `text`. */
export function queriesOf(set: QuerySet, count: number): Query[] {
  const generate = assetGenerator(seeded(set === 'typo' ? 2 : 99));
  return Array.from({ length: count }, (_, i) => {
    const engine = ENGINE_VERSIONS[i % ENGINE_VERSIONS.length];
    const kind = i % 2 === 0 ? undefined : ('3d' as const);
    switch (set) {
      case 'text':
        return { criteria: { text: generate.text(), tags: [], sort: 'relevance' }, page: { limit: 20 } };
      case 'text_facets': {
        const criteria = { text: generate.text(), tags: [], kind, engine, sort: 'relevance' } as const;
        return { criteria, page: { limit: 20, facets: FACETS } };
      }
      case 'browse': {
        const sort = BROWSE_SORTS[i % BROWSE_SORTS.length] ?? 'newest';
        const criteria = {
          tags: [],
          kind: kind ?? '2d',
          engine: i % 3 === 0 ? undefined : '4.2',
          sort,
        } as const;
        return { criteria, page: { limit: 20, facets: FACETS } };
      }
      case 'home':
        return { criteria: { tags: [], sort: 'newest' }, page: { limit: 20, facets: FACETS } };
      case 'typo':
        return {
          criteria: { text: mistyped(generate.word, i), tags: [], sort: 'relevance' },
          page: { limit: 20 },
        };
    }
  });
}

/** A word as people have it in mind, and another with two neighbours exchanged: hardly anything has both as they stand. */
function mistyped(word: () => string, i: number): string {
  let long = word();
  while (!/^[a-z]{6,}$/.test(long)) long = word();
  const at = 2 + (i % (long.length - 4));
  const exchanged = `${long.slice(0, at)}${long[at + 1] ?? ''}${long[at] ?? ''}${long.slice(at + 2)}`;
  // The word that follows is found as a beginning, so the mistake is in one that must be there whole.
  return `${exchanged === long ? `${long}x` : exchanged} ${word()}`;
}
