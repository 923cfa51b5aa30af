import { isZero, type Candidates } from './candidates.ts';
import type { WantedTerms } from './resolve-words.ts';
import { findTerm, IMPACT_MASK, SLOT_SHIFT, type Segment } from './segment.ts';

/** With more postings than this share of the slots, all slots from the first to the last are looked through. */
const SWEEP_SHARE = 1 / 16;

/** Neighbouring terms of a segment, by their places in it, and how much their impact counts. */
export interface PlacedTerms {
  readonly from: number;
  readonly to: number;
  readonly factor: number;
}

/** The terms of a word that a segment has. */
export interface PlacedWord {
  readonly ranges: readonly PlacedTerms[];
  readonly postings: number;
}

export function placeTerms(segment: Segment, word: WantedTerms, ranks: Uint32Array): PlacedWord {
  const { terms, offsets } = segment;
  const ranges: PlacedTerms[] = [];
  let [postings, at] = [0, 0];
  for (const range of word.ranges) {
    const from = findTerm(terms, ranks, range.from, at);
    at = findTerm(terms, ranks, range.to, from);
    if (at === from) continue;
    ranges.push({ from, to: at, factor: range.factor });
    postings += (offsets[at] as number) - (offsets[from] as number);
  }
  return { ranges, postings };
}

/** Whether so many slots are better found by looking through all of the segment's. */
export const isSwept = ({ first, last }: Segment, slots: number): boolean =>
  slots > Math.max(0, last - first) * SWEEP_SHARE;

export function takeUnion(segment: Segment, word: PlacedWord, home: Uint32Array, found: Candidates): void {
  found.work += word.postings;
  if (!isSwept(segment, word.postings)) uniteFew(segment, word, home, found);
  else {
    found.work += segment.last - segment.first;
    uniteMany(segment, word, found);
    takeUnited(segment, home, found);
  }
}

function uniteFew(segment: Segment, word: PlacedWord, home: Uint32Array, found: Candidates): void {
  const { postings, offsets, id } = segment;
  const { slots, scores, bestBySlot } = found;
  const base = found.count;
  let count = base;
  for (const { from, to, factor } of word.ranges) {
    const end = offsets[to] as number;
    for (let i = offsets[from] as number; i < end; i += 1) {
      const posting = postings[i] as number;
      const slot = posting >>> SLOT_SHIFT;
      const score = (posting & IMPACT_MASK) * factor;
      const before = bestBySlot[slot] as number;
      if (score <= before) continue;
      if (before === 0) {
        if (home[slot] !== id) continue;
        slots[count] = slot;
        count += 1;
      }
      bestBySlot[slot] = score;
    }
  }
  for (let i = base; i < count; i += 1) {
    const slot = slots[i] as number;
    scores[i] = bestBySlot[slot] as number;
    bestBySlot[slot] = 0;
  }
  found.count = count;
}

/** As little as can be for each posting: what is dead is left out when the slots are looked through. */
export function uniteMany(segment: Segment, word: PlacedWord, found: Candidates): void {
  const { postings, offsets } = segment;
  const { bestBySlot } = found;
  for (const { from, to, factor } of word.ranges) {
    const end = offsets[to] as number;
    for (let i = offsets[from] as number; i < end; i += 1) {
      const posting = postings[i] as number;
      const slot = posting >>> SLOT_SHIFT;
      const before = bestBySlot[slot] as number;
      // The greater of the two, without a branch that would be mispredicted half of the time.
      const less = before - (posting & IMPACT_MASK) * factor;
      bestBySlot[slot] = before - (less & (less >> 31));
    }
  }
}

/** Ascending slots, on which all that comes after is faster as well. */
function takeUnited({ id, first, last }: Segment, home: Uint32Array, found: Candidates): void {
  const { slots, scores, bestBySlot } = found;
  let count = found.count;
  for (let slot = first; slot <= last; slot += 1) {
    const score = bestBySlot[slot] as number;
    slots[count] = slot;
    scores[count] = score;
    bestBySlot[slot] = 0;
    count += isZero((home[slot] as number) ^ id) & (isZero(score) ^ 1);
  }
  found.count = count;
}
