import type { Kind } from '@cairn/shared/fields/kinds';

/** Facts of inspection that an asset can have several of. */
export const FACT_FIELDS = ['platforms', 'formats'] as const;
export type FactField = (typeof FACT_FIELDS)[number];

/** What is searched of an asset. */
export interface SearchDocument extends Readonly<Partial<Record<FactField, readonly string[]>>> {
  readonly asin: string;
  readonly user_id: string;
  readonly name: string;
  readonly description: string;
  /** Names of the files inside its archives, separated by anything that is no letter or digit. */
  readonly file_words?: string | undefined;
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

/** All that is given must hold; of a list that may be missing, an empty one is as if it were missing. */
export interface SearchCriteria extends Readonly<Partial<Record<FactField, readonly string[] | undefined>>> {
  /** Every word must occur in name, tags, description or file names, the last one as a beginning. */
  readonly text?: string | undefined;
  readonly kind?: Kind | undefined;
  /** A version or series that one and the same release supports. */
  readonly engine?: string | undefined;
  /** An asset must carry all of them. */
  readonly tags: readonly string[];
  /** An asset must carry at least one of them; of `platforms` and `formats` likewise. */
  readonly anyTags?: readonly string[] | undefined;
  /** An asset has one of them. */
  readonly licenses?: readonly string[] | undefined;
  readonly owner?: string | undefined;
  /** Bytes, both ends included. */
  readonly size?: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined;
  /** ISO times: `from` included, `before` not. */
  readonly posted?: { readonly from?: string | undefined; readonly before?: string | undefined } | undefined;
  readonly sort: Sort;
}

export const FACETS = ['kind', 'engine', 'license', 'tags', ...FACT_FIELDS] as const;
export type Facet = (typeof FACETS)[number];

export interface FacetRequest {
  readonly names: readonly Facet[];
  /** The versions or series that the facet `engine` counts. */
  readonly engines?: readonly string[] | undefined;
}

export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

export type FacetCounts = Readonly<Partial<Record<Facet, readonly FacetCount[]>>>;

/** Where a page ended: the sort key and the id of its last hit. Hits after it are the next page. */
export interface Position {
  /** A string for `name`, milliseconds for dates. */
  readonly key: string | number;
  readonly asin: string;
  /** Typos were tolerated, and will be on the pages after it, however many hits there are by then. */
  readonly tolerant?: true;
}

export interface PageRequest {
  readonly after?: Position | undefined;
  readonly limit: number;
  readonly facets?: FacetRequest | undefined;
}

export interface SearchHits {
  /** In order; `asin` decides between equal keys, so that the order is total. */
  readonly hits: readonly Position[];
  /** How many match in all, on this page or not. */
  readonly total: number;
  /** Whether words one typo away counted as well. */
  readonly tolerant: boolean;
  /** What was asked for. */
  readonly facets: FacetCounts;
}

export type IndexChange =
  | { readonly type: 'put'; readonly document: SearchDocument }
  | { readonly type: 'remove'; readonly asin: string }
  | { readonly type: 'downloads'; readonly asin: string; readonly total: number };

export const SEARCH_LIMITS = {
  /** Different words of a query; those after them are not looked at. */
  queryWords: 12,
  /** Characters of a query, and of each field of a document; what follows is not looked at. */
  queryLength: 1_000,
  fieldLength: 20_000,
  /** Characters of a word; what follows is cut off, in documents and queries alike. */
  wordLength: 40,
  /** The shortest word that is also taken as a beginning. */
  prefixLength: 2,
  /** The shortest word in which a typo is tolerated. */
  typoLength: 4,
  /** With fewer hits than this, typos are tolerated. */
  fewHits: 5,
  facetValues: 30,
  facetEngines: 32,
  /** Characters of a folded name that decide its place. */
  nameKeyLength: 64,
} as const;

/**
 * The port that any engine can stand behind; src/contracts/search-index.contract.ts is what it must do.
 *
 * - **Words** are the runs of letters and digits of a text after Unicode folding (NFKD, marks stripped, case
 *   folded); everything else separates them. In scripts that put no spaces between words (Han, kana, Thai,
 *   Lao, Khmer, Myanmar) every single character and every pair of neighbours is a word of a document; of a
 *   query every pair, or the character that stands alone. Nothing in a text is an operator. A text without
 *   a word matches nothing. `document-words.ts` and `parse-query.ts` are this rule, for all engines.
 * - **Prefix**: a document also has the last word of a query if one of its words begins with it.
 * - **Typos**: where the query as it stands has fewer than `fewHits` hits, filters included, all its words of
 *   at least `typoLength` characters also match the words one edit away (a character more, less or other, or
 *   two neighbours exchanged), of spaceless scripts excepted; total, facets and hits are those of this wider
 *   query. The first page decides, the ones after it follow it (`Position.tolerant`).
 * - **Relevance** depends on the query and the document alone, so that a page's end keeps its meaning while
 *   others come and go: a word in the name (3) weighs more than in a tag (2), there more than in description
 *   or file names (1); the whole word more than a beginning, and that more than a typo. Without a text
 *   all are equal.
 * - **Order**: `relevance`, `newest`, `updated`, `downloads` come highest first, `name` (folded, by code
 *   point) and `size` lowest first; of equal ones the higher `asin`, which is the newer asset, first.
 * - **Facets** count what one would find by choosing a value: each is counted under all criteria but those
 *   that a choice would replace or extend: `kind`, `engine`, `licenses`, `platforms` and `formats` for their
 *   own facet, `anyTags` for `tags`. (`tags`, which must all be there, stays: one more of them narrows.) The
 *   highest count first, equal ones by value; at most `facetValues`, none of count 0. `engine` counts the
 *   versions or series that it is asked for.
 * - Changes take effect in the order of the calls, before a search that is called later.
 */
export interface SearchIndex {
  apply(changes: readonly IndexChange[]): Promise<void>;
  search(criteria: SearchCriteria, page: PageRequest): Promise<SearchHits>;
  /**
   * True when what was applied is gone, because the engine's process or thread is: everything then rejects
   * with `search.unavailable` until `reset` starts it empty, for its owner to put everything again.
   */
  isLost(): boolean;
  reset(): Promise<void>;
}
