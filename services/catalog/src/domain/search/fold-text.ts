const MARKS = /\p{M}+/gu;
const ASCII = /^[\0-\x7f]*$/;

/**
 * The form in which texts are compared: compatibility forms and accents are gone, case is folded. Upper case
 * first, because it takes apart what lower case keeps apart (ß and SS); final sigma becomes an ordinary one.
 */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(MARKS, '')
    .replaceAll('ς', 'σ');
}
