import type { QueryWord } from '../../domain/search/parse-query.ts';
import type { SearchCriteria } from '../../domain/search/search-index.ts';
import { ownerTerm, tagTerm, type TermDictionary, type TermRange } from './term-dictionary.ts';

/** How much a word counts in a score, by how it was found. */
const WHOLE = 4;
const BEGINNING = 2;
const TYPO = 1;

/** Terms of one kind, and how much the impact of each counts. */
export interface WantedRange extends TermRange {
  readonly factor: number;
}

/** The terms of which a document must have one: ranges that ascend and do not overlap. */
export interface WantedTerms {
  readonly ranges: readonly WantedRange[];
  /** How many terms they are together. */
  readonly size: number;
}

export function resolveWord(dictionary: TermDictionary, query: QueryWord, tolerant: boolean): WantedTerms {
  const { word, prefix, typos } = query;
  const id = dictionary.find(word);
  const whole = id === -1 ? [] : [wholeTerm(dictionary, id, WHOLE)];
  const first = whole[0]?.from ?? 0;
  const beginning = prefix ? dictionary.beginningWith(word) : { from: first, to: first + whole.length };
  // The word itself is the first of those that begin with it.
  const longer = { from: beginning.from + whole.length, to: beginning.to, factor: BEGINNING };
  const near = tolerant && typos ? dictionary.oneEditAway(word) : [];
  const others = near
    .map((each) => wholeTerm(dictionary, each, TYPO))
    .filter(({ from }) => from < beginning.from || from >= beginning.to);
  const ranges = [...whole, longer, ...others].filter(({ from, to }) => from < to);
  return wantedTerms(ranges.sort((a, b) => a.from - b.from));
}

/** The filters that postings answer best: they count nothing. */
export function resolveFilters(dictionary: TermDictionary, criteria: SearchCriteria): WantedTerms[] {
  const names = [...new Set(criteria.tags)].map(tagTerm);
  if (criteria.owner !== undefined) names.push(ownerTerm(criteria.owner));
  return names.map((name) => {
    const id = dictionary.find(name);
    return wantedTerms(id === -1 ? [] : [wholeTerm(dictionary, id, 0)]);
  });
}

function wholeTerm(dictionary: TermDictionary, id: number, factor: number): WantedRange {
  const rank = dictionary.rankOf(id);
  return { from: rank, to: rank + 1, factor };
}

const wantedTerms = (ranges: readonly WantedRange[]): WantedTerms => ({
  ranges,
  size: ranges.reduce((sum, { from, to }) => sum + to - from, 0),
});
