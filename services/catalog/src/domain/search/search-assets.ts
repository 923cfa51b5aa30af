import { DomainError, invalidField } from '@cairn/shared/errors/domain-error';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { Vocabulary } from '../browse/vocabulary.ts';
import type { Replica } from '../replica/replica.ts';
import { isListed } from '../replica/search-document.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { foldText } from './fold-text.ts';
import { runsOf } from './document-words.ts';
import { fragmentsFor, type Fragment } from './fragments.ts';
import {
  SEARCH_LIMITS,
  type Facet,
  type FacetCounts,
  type FacetRequest,
  type SearchCriteria,
  type SearchIndex,
  type Sort,
} from './search-index.ts';

export interface SearchInput extends Omit<SearchCriteria, 'sort'> {
  readonly sort?: Sort | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
  /** Which counts are wanted; the facet `engine` counts the series that ranges name most often. */
  readonly facets?: readonly Facet[] | undefined;
  /** Whether to show why each asset was found. */
  readonly highlight?: boolean | undefined;
}

export interface FoundAsset {
  readonly asset: PublishedAsset;
  readonly fragments?: readonly Fragment[];
}

export interface SearchPage {
  readonly assets: readonly FoundAsset[];
  readonly total: number;
  /** null: this was the last page. */
  readonly nextCursor: string | null;
  /** undefined: none were asked for. */
  readonly facets: FacetCounts | undefined;
}

export interface SearchDeps {
  index: Pick<SearchIndex, 'search'>;
  replica: Pick<Replica, 'get' | 'isSearchable'>;
  vocabulary: Pick<Vocabulary, 'namedSeries'>;
}

/** Answers from this replica's memory alone. */
export function searchAssets({ index, replica, vocabulary }: SearchDeps) {
  const facetRequest = (names: readonly Facet[] = []): FacetRequest | undefined => {
    if (names.length === 0) return undefined;
    if (!names.includes('engine')) return { names };
    const engines = vocabulary.namedSeries().slice(0, SEARCH_LIMITS.facetEngines);
    return { names, engines: engines.map(({ value }) => value) };
  };

  return async (input: SearchInput): Promise<SearchPage> => {
    const { limit, cursor, sort, facets: names, highlight, ...rest } = input;
    if (rest.text !== undefined) refuseTooManyWords(rest.text);
    const criteria: SearchCriteria = { ...rest, sort: effectiveSort(sort, rest.text) };
    const after = cursor === undefined ? undefined : decodeCursor(criteria, cursor);
    if (!replica.isSearchable()) throw new DomainError('search.unavailable', { retryable: true });
    const facets = facetRequest(names);
    // One more than the page holds tells whether another follows.
    const found = await index.search(criteria, { after, limit: limit + 1, facets });
    const page = found.hits.slice(0, limit);
    const last = page.at(-1);
    const why = rest.text === undefined ? () => [] : fragmentsFor(rest.text, found.tolerant);
    const show = (asset: PublishedAsset): FoundAsset =>
      highlight === true ? { asset, fragments: why(asset) } : { asset };
    return {
      assets: page.flatMap(({ asin }) => listed(replica.get(asin))).map(show),
      total: found.total,
      nextCursor: found.hits.length > limit && last !== undefined ? encodeCursor(criteria, last) : null,
      facets: facets && found.facets,
    };
  };
}

/** Memory may know already what the index is still being told. */
const listed = (asset: PublishedAsset | undefined) => (asset !== undefined && isListed(asset) ? asset : []);

function effectiveSort(sort: Sort | undefined, text: string | undefined): Sort {
  if (text === undefined) return sort === undefined || sort === 'relevance' ? 'newest' : sort;
  return sort ?? 'relevance';
}

/** Words that an engine does not look at would widen the answer without a word. */
function refuseTooManyWords(text: string): void {
  if (new Set(runsOf(foldText(text))).size <= SEARCH_LIMITS.queryWords) return;
  throw invalidField(
    'query.q',
    'query.too_many_words',
    `must have at most ${SEARCH_LIMITS.queryWords} different words`,
    'Leave out the words that say least.',
  );
}
