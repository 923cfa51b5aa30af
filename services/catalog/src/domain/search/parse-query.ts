import { cutWord, isSpaceless, pairsOf, runsOf } from './document-words.ts';
import { foldText } from './fold-text.ts';
import { SEARCH_LIMITS } from './search-index.ts';

export interface QueryWord {
  readonly word: string;
  /** Also matches words that begin so. */
  readonly prefix: boolean;
  /** Also matches words one edit away, where typos are tolerated. */
  readonly typos: boolean;
}

/** The different words of a query, all of which must occur; none: nothing matches. */
export function parseQuery(text: string): QueryWord[] {
  const runs = runsOf(foldText(text.slice(0, SEARCH_LIMITS.queryLength).toWellFormed()));
  const lastRun = runs.at(-1) ?? '';
  const words = runs.flatMap((run) => {
    if (!isSpaceless(run)) return [cutWord(run)];
    const pairs = pairsOf(run);
    return pairs.length > 0 ? pairs : [run];
  });
  const last = isSpaceless(lastRun) ? undefined : cutWord(lastRun);
  // The prefix form of a word covers the whole word, so of two equal ones it is the whole one that goes.
  return [...new Set(words)].slice(0, SEARCH_LIMITS.queryWords).map((word) => {
    const length = isSpaceless(word) ? 0 : Array.from(word).length;
    return {
      word,
      prefix: word === last && length >= SEARCH_LIMITS.prefixLength && !words.slice(0, -1).includes(word),
      typos: length >= SEARCH_LIMITS.typoLength,
    };
  });
}
