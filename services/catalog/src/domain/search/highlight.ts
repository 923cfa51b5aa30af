import { isSpaceless, wordsOf } from './document-words.ts';
import { isOneEditAway } from './edit-distance.ts';
import { parseQuery, type QueryWord } from './parse-query.ts';

/** UTF-16 offsets into the text as it is shown: `text.slice(start, end)` matched. */
export interface Highlight {
  readonly start: number;
  readonly end: number;
}

const SHOWN_WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** What of a text matched, in order and without overlaps. */
export type Highlighter = (text: string) => Highlight[];

/**
 * Marks what of a text matched the query. It is made from the text that is shown, so the index keeps no texts.
 * Where characters fold into several words, the whole of them is marked. One for all hits of a page: what is
 * known of a word is known for all of them.
 */
export function highlighter(query: string, tolerant: boolean): Highlighter {
  const wanted = parseQuery(query);
  const spaceless = new Set(wanted.map(({ word }) => word));
  /** Words that were met before; none of a spaceless script. */
  const known = new Map<string, boolean>();

  function isWanted(shown: string): boolean {
    const found = wordsOf(shown).some((word) => wanted.some((each) => matches(each, word, tolerant)));
    known.set(shown, found);
    return found;
  }

  return (text) => {
    const found: Highlight[] = [];
    for (const match of text.matchAll(SHOWN_WORD)) {
      const [shown] = match;
      const at = match.index;
      const before = known.get(shown);
      if (before === undefined && isSpaceless(shown)) found.push(...spacelessParts(shown, at, spaceless));
      else if (before ?? isWanted(shown)) found.push({ start: at, end: at + shown.length });
    }
    return joined(found);
  };
}

function matches({ word, prefix, typos }: QueryWord, found: string, tolerant: boolean): boolean {
  return (
    found === word ||
    (prefix && found.startsWith(word)) ||
    (tolerant && typos && !isSpaceless(found) && isOneEditAway(word, found))
  );
}

function spacelessParts(run: string, offset: number, words: ReadonlySet<string>): Highlight[] {
  const parts: Highlight[] = [];
  let start = 0;
  let before = '';
  for (const character of run) {
    const end = start + character.length;
    if (words.has(foldOne(before + character))) {
      parts.push({ start: offset + start - before.length, end: offset + end });
    } else if (words.has(foldOne(character))) parts.push({ start: offset + start, end: offset + end });
    before = character;
    start = end;
  }
  return parts;
}

const foldOne = (text: string): string => wordsOf(text).at(-1) ?? '';

function joined(parts: readonly Highlight[]): Highlight[] {
  const result: Highlight[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last !== undefined && part.start <= last.end) {
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, part.end) };
    } else result.push(part);
  }
  return result;
}
