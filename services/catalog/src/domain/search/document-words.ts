import { foldText } from './fold-text.ts';
import { SEARCH_LIMITS, type SearchDocument } from './search-index.ts';

const WORD = /[\p{L}\p{N}]+/gu;
const ASCII_WORD = /^[a-z0-9]+$/;
const SPACELESS =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;
const RUNS = new RegExp(`${SPACELESS.source}+|(?:(?!${SPACELESS.source})[\\p{L}\\p{N}])+`, 'gu');

/** Two words with a hyphen between them, and no third. */
const COMPOUND = /(?<![\p{L}\p{N}-])([\p{L}\p{N}]+)-([\p{L}\p{N}]+)(?![\p{L}\p{N}-])/gu;

export type IndexedField = 'name' | 'tags' | 'description' | 'file_words';

/** Whether the word is of a script that puts no spaces between words: no beginnings, no typos there. */
export const isSpaceless = (word: string): boolean => !ASCII_WORD.test(word) && SPACELESS.test(word);

/** The runs of a folded text, each of one kind: of a spaceless script, or of any other. */
export function runsOf(folded: string): string[] {
  const words = folded.match(WORD) ?? [];
  return words.flatMap((word) => (isSpaceless(word) ? (word.match(RUNS) ?? []) : [word]));
}

export const cutWord = (word: string): string =>
  word.length <= SEARCH_LIMITS.wordLength
    ? word
    : Array.from(word).slice(0, SEARCH_LIMITS.wordLength).join('');

/** Every pair of neighbours. */
export function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  return characters.slice(1).map((character, i) => (characters[i] ?? '') + character);
}

/** The words under which a text is found, repeated ones included. */
export function wordsOf(text: string): string[] {
  const folded = foldText(cut(text));
  const words = runsOf(folded).flatMap((run) =>
    isSpaceless(run) ? [...Array.from(run), ...pairsOf(run)] : [cutWord(run)],
  );
  return folded.includes('-') ? [...words, ...compoundsOf(folded)] : words;
}

/** `low-poly` is also written `lowpoly`. */
function compoundsOf(folded: string): string[] {
  const compounds = Array.from(folded.matchAll(COMPOUND), ([, first = '', second = '']) => first + second);
  return compounds.filter((word) => !isSpaceless(word)).map(cutWord);
}

export function wordsOfField(document: SearchDocument, field: IndexedField): string[] {
  if (field === 'tags') return wordsOf(document.tags.join(' '));
  return wordsOf(document[field] ?? '');
}

/** By which assets are sorted by name. */
export function nameKeyOf(name: string): string {
  const folded = foldText(name).toWellFormed();
  return folded.length <= SEARCH_LIMITS.nameKeyLength
    ? folded
    : Array.from(folded).slice(0, SEARCH_LIMITS.nameKeyLength).join('');
}

const cut = (text: string): string =>
  (text.length > SEARCH_LIMITS.fieldLength ? text.slice(0, SEARCH_LIMITS.fieldLength) : text).toWellFormed();
