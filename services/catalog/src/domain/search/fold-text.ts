const MARKS = /\p{M}+/gu;
const WORD = /[\p{L}\p{N}]+/gu;

/**
 * The form in which texts are compared: compatibility forms and accents are gone, case is folded. Upper case
 * first, because it takes apart what lower case keeps apart (ß and SS); final sigma becomes an ordinary one.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(MARKS, '')
    .replaceAll('ς', 'σ');
}

export function wordsOf(text: string): string[] {
  return foldText(text).match(WORD) ?? [];
}
