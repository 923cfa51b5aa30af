import type { Kind } from '@cairn/shared/fields/asset-fields';

/** What is searched of an asset. */
export interface SearchDocument {
  readonly asin: string;
  readonly user_id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: Kind;
  readonly tags: readonly string[];
  readonly license: string;
  /** The engine ranges of each release: an engine must be supported by one and the same of them. */
  readonly release_engines: readonly (readonly string[])[];
  readonly asset_size: number;
  readonly downloads: number;
  readonly date_posted: string;
  readonly date_updated: string;
}

export const SORTS = ['relevance', 'newest', 'updated', 'downloads', 'name', 'size'] as const;
export type Sort = (typeof SORTS)[number];

/** All that is given must hold. */
export interface SearchCriteria {
  /** Every word must occur in name, tags or description, the last one as the beginning of a word. */
  readonly text?: string | undefined;
  readonly kind?: Kind | undefined;
  /** A version or series that one and the same release supports. */
  readonly engine?: string | undefined;
  /** An asset must carry all of them. */
  readonly tags: readonly string[];
  readonly license?: string | undefined;
  readonly owner?: string | undefined;
  readonly sort: Sort;
}

/** Where a page ended: the sort key and the id of its last hit. Hits after it are the next page. */
export interface Position {
  readonly key: string | number;
  readonly asin: string;
}

export interface SearchHits {
  /** In order; `asin` decides between equal keys, so that the order is total. */
  readonly hits: readonly Position[];
  /** How many match in all, on this page or not. */
  readonly total: number;
}

export type IndexChange =
  | { readonly type: 'put'; readonly document: SearchDocument }
  | { readonly type: 'remove'; readonly asin: string }
  | { readonly type: 'downloads'; readonly asin: string; readonly total: number };

/**
 * The port that any engine can stand behind; src/contracts/search-index.contract.ts is what it must do.
 *
 * - Words are the runs of letters and digits of a text after Unicode folding (NFKD, marks stripped, case
 *   folded); everything else separates them. Nothing in a text is an operator. A text without a word
 *   matches nothing.
 * - `relevance` depends on the query and the document alone, so that a page's end keeps its meaning while
 *   others come and go: the more words stand in the name (3), a tag (2) or the description (1), the
 *   higher; a whole word counts double. Without a text all are equal.
 * - `relevance`, `newest`, `updated`, `downloads` come highest first, `name` (folded) and `size` lowest
 *   first; of equal ones the higher `asin`, which is the newer asset, first.
 * - Changes take effect in the order of the calls, before a search that is called later.
 */
export interface SearchIndex {
  apply(changes: readonly IndexChange[]): Promise<void>;
  search(
    criteria: SearchCriteria,
    page: { after?: Position | undefined; limit: number },
  ): Promise<SearchHits>;
}
