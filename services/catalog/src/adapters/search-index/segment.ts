/**
 * Postings that do not change any more, of the documents that came in the same stretch of time. A posting is
 * `slot << 8 | impact`. It counts only while the slot's `home` is this segment: a document that is put again,
 * removed or replaced in its slot lives elsewhere or nowhere, and its old postings are dead where they are.
 */
export interface Segment {
  readonly id: number;
  /** Documents that it had when it was made. */
  readonly documents: number;
  /** How many of these live elsewhere by now, or not at all. */
  dead: number;
  /** Bounds of the slots that there are postings of. */
  readonly first: number;
  readonly last: number;
  /** Term ids, in the order of their texts: the terms with a common beginning are neighbours. */
  readonly terms: Uint32Array;
  /** Where the postings of each term begin, and where the last ones end. */
  readonly offsets: Uint32Array;
  /** Those of one term ascending by slot. */
  readonly postings: Uint32Array;
}

export const SLOT_SHIFT = 8;
export const IMPACT_MASK = 0xff;
/** Slots that fit into a posting. */
export const MAX_SLOTS = 2 ** 24;

/** The first index from `from` on whose term has no lower rank. */
export function findTerm(terms: Uint32Array, ranks: Uint32Array, rank: number, from = 0): number {
  let low = from;
  let high = terms.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranks[terms[middle] as number] as number) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first of one term's postings, up to `end`, whose slot is not below the slot: near ones are found fast. */
export function findSlot(postings: Uint32Array, slot: number, from: number, end: number): number {
  let step = 1;
  let low = from;
  while (low + step < end && (postings[low + step] as number) >>> SLOT_SHIFT < slot) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, end);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((postings[middle] as number) >>> SLOT_SHIFT < slot) low = middle + 1;
    else high = middle;
  }
  return low;
}
