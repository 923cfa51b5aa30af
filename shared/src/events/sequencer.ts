/**
 * Compares two S3 `sequencer`s of one key, as AWS documents it: pad the shorter one with zeros on the
 * right, then compare lexicographically. Sequencers of different keys say nothing about each other.
 */
export function compareSequencers(a: string, b: string): -1 | 0 | 1 {
  const length = Math.max(a.length, b.length);
  const left = a.toUpperCase().padEnd(length, '0');
  const right = b.toUpperCase().padEnd(length, '0');
  return left < right ? -1 : left > right ? 1 : 0;
}
