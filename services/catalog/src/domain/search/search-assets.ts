import { DomainError } from '@cairn/shared/errors/domain-error';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { Replica } from '../replica/replica.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { SearchCriteria, SearchIndex, Sort } from './search-index.ts';

export interface SearchInput extends Omit<SearchCriteria, 'sort'> {
  readonly sort?: Sort | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface SearchPage {
  readonly assets: readonly PublishedAsset[];
  readonly total: number;
  /** null: this was the last page. */
  readonly nextCursor: string | null;
}

/** Answers from this replica's memory alone. */
export function searchAssets(deps: { index: SearchIndex; replica: Replica }) {
  return async (input: SearchInput): Promise<SearchPage> => {
    const { limit, cursor, sort, ...rest } = input;
    const criteria: SearchCriteria = { ...rest, sort: effectiveSort(sort, rest.text) };
    const after = cursor === undefined ? undefined : decodeCursor(criteria, cursor);
    if (!deps.replica.isReady()) throw new DomainError('search.unavailable', { retryable: true });
    // One more than the page holds tells whether another follows.
    const { hits, total } = await deps.index.search(criteria, { after, limit: limit + 1 });
    const page = hits.slice(0, limit);
    const last = page.at(-1);
    return {
      assets: page.flatMap(({ asin }) => deps.replica.get(asin) ?? []),
      total,
      nextCursor: hits.length > limit && last !== undefined ? encodeCursor(criteria, last) : null,
    };
  };
}

function effectiveSort(sort: Sort | undefined, text: string | undefined): Sort {
  if (text === undefined) return sort === undefined || sort === 'relevance' ? 'newest' : sort;
  return sort ?? 'relevance';
}
