/**
 * The order of the entries in a manifest: by UTF-16 code units, as JavaScript compares strings and no locale
 * does. It is not the order of the UTF-8 bytes: U+FF5E comes after U+1F600 here.
 */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
