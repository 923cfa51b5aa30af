import { DomainError } from '@cairn/shared/errors/domain-error';
import type { Replica } from '../replica/replica.ts';
import { SEARCH_LIMITS, type SearchIndex } from '../search/search-index.ts';
import type { ValueCount, Vocabulary } from './vocabulary.ts';

export interface BrowseDeps {
  vocabulary: Vocabulary;
  replica: Pick<Replica, 'isReady' | 'isSearchable'>;
  index: Pick<SearchIndex, 'search'>;
}

export interface ValuePage {
  readonly items: readonly ValueCount[];
  /** How many values there are in all that begin so. */
  readonly total: number;
}

export interface ListValuesInput {
  /** Only values that begin with this. */
  prefix?: string | undefined;
  limit: number;
}

/** What assets that search finds are described with, out of this replica's memory. */
export function listValues({ vocabulary, replica }: BrowseDeps, of: 'tags' | 'licenses') {
  return async ({ prefix = '', limit }: ListValuesInput): Promise<ValuePage> => {
    if (!replica.isReady()) throw new DomainError('search.unavailable', { retryable: true });
    const begin = prefix.toLowerCase();
    const all = vocabulary[of]();
    const fitting = begin === '' ? all : all.filter(({ value }) => value.toLowerCase().startsWith(begin));
    return { items: fitting.slice(0, limit), total: fitting.length };
  };
}

/**
 * The engine series that ranges name most often, each with how many assets have a release that supports some
 * version of it; the highest series first. The index counts, at most once for all the changes since.
 */
export function listEngines({ vocabulary, replica, index }: BrowseDeps) {
  let counted: { readonly version: number; readonly page: Promise<ValuePage> } | undefined;

  async function count(): Promise<ValuePage> {
    const engines = vocabulary
      .namedSeries()
      .slice(0, SEARCH_LIMITS.facetEngines)
      .map(({ value }) => value);
    if (engines.length === 0) return { items: [], total: 0 };
    const { facets } = await index.search(
      { tags: [], sort: 'newest' },
      { limit: 1, facets: { names: ['engine'], engines } },
    );
    const items = [...(facets.engine ?? [])].sort((a, b) => bySeries(b.value, a.value));
    return { items, total: items.length };
  }

  return async (): Promise<ValuePage> => {
    if (!replica.isSearchable()) throw new DomainError('search.unavailable', { retryable: true });
    const version = vocabulary.version();
    if (counted?.version !== version) {
      const page = count();
      counted = { version, page };
      // A failure is told to who asked, and not remembered.
      page.catch(() => (counted = undefined));
    }
    return counted.page;
  };
}

function bySeries(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
