import type { Candidates } from './candidates.ts';
import type { WantedTerms } from './resolve-words.ts';
import { findSlot, IMPACT_MASK, SLOT_SHIFT, type Segment } from './segment.ts';
import type { SegmentSet } from './segment-set.ts';
import { isSwept, placeTerms, takeUnion, uniteMany, type PlacedWord } from './unite-terms.ts';

/** The postings of one word in one segment, if it is one term there. */
interface PostingRange {
  readonly from: number;
  readonly to: number;
  readonly factor: number;
}

/** The live documents that have all words, with the sum of what each word scores. */
export function matchWords(
  words: readonly WantedTerms[],
  segments: SegmentSet,
  ranks: Uint32Array,
  found: Candidates,
): void {
  found.begin(segments.home.length);
  if (words.some((word) => word.size === 0)) return;
  const single = words.filter((word) => word.size === 1);
  // What are few terms is looked at first: what is left makes the others cheaper.
  const several = words.filter((word) => word.size > 1).sort((a, b) => a.size - b.size);
  for (const segment of segments.active()) {
    const placed = (word: WantedTerms) => placeTerms(segment, word, ranks);
    matchSegment(single.map(placed), several.map(placed), segment, segments.home, found);
  }
}

function matchSegment(
  single: readonly PlacedWord[],
  several: readonly PlacedWord[],
  segment: Segment,
  home: Uint32Array,
  found: Candidates,
): void {
  if ([...single, ...several].some((word) => word.postings === 0)) return;
  const { offsets } = segment;
  const ranges = single
    .flatMap((word) => word.ranges)
    .map(({ from, to, factor }) => ({ from: offsets[from] as number, to: offsets[to] as number, factor }))
    .sort((a, b) => a.to - a.from - (b.to - b.from));
  const base = found.count;
  const [first, ...others] = ranges;
  const [widest, ...rest] = first === undefined ? several : [undefined, ...several];
  if (first !== undefined) takeAll(segment, first, home, found);
  else if (widest !== undefined) takeUnion(segment, widest, home, found);
  for (const range of others) keepHaving(segment, range, found, base);
  for (const word of rest) {
    if (word !== undefined) keepHavingOne(segment, word, found, base, first !== undefined);
  }
}

function takeAll(segment: Segment, range: PostingRange, home: Uint32Array, found: Candidates): void {
  const { postings, id } = segment;
  const { slots, scores } = found;
  const { to, factor } = range;
  let count = found.count;
  for (let i = range.from; i < to; i += 1) {
    const posting = postings[i] as number;
    const slot = posting >>> SLOT_SHIFT;
    if (home[slot] !== id) continue;
    slots[count] = slot;
    scores[count] = (posting & IMPACT_MASK) * factor;
    count += 1;
  }
  found.work += to - range.from;
  found.count = count;
}

/** Both ascend by slot, so each candidate is looked for from where the one before was. */
function keepHaving(segment: Segment, range: PostingRange, found: Candidates, base: number): void {
  const { postings } = segment;
  const { slots, scores, count } = found;
  const { to, factor } = range;
  let kept = base;
  let at = range.from;
  for (let i = base; i < count && at < to; i += 1) {
    const slot = slots[i] as number;
    at = findSlot(postings, slot, at, to);
    if (at >= to) break;
    const posting = postings[at] as number;
    if (posting >>> SLOT_SHIFT !== slot) continue;
    slots[kept] = slot;
    scores[kept] = (scores[i] as number) + (posting & IMPACT_MASK) * factor;
    kept += 1;
  }
  found.work += count - base;
  found.count = kept;
}

function keepHavingOne(
  segment: Segment,
  word: PlacedWord,
  found: Candidates,
  base: number,
  ascending: boolean,
): void {
  const candidates = found.count - base;
  if (candidates === 0) return;
  const { first, last } = segment;
  const sweep = isSwept(segment, candidates);
  found.work += sweep ? word.postings + last - first : candidates;
  if (sweep) {
    uniteMany(segment, word, found);
    const { slots, best, bestBySlot, count } = found;
    for (let i = base; i < count; i += 1) best[i] = bestBySlot[slots[i] as number] as number;
    bestBySlot.fill(0, first, last + 1);
  } else scoreCandidates(segment, word, found, base, ascending);
  keepScored(found, base);
}

/** Leaves in `best` what the word scores for each candidate. */
function scoreCandidates(
  segment: Segment,
  word: PlacedWord,
  found: Candidates,
  base: number,
  ascending: boolean,
): void {
  const { postings } = segment;
  const { slots, best, marks, count } = found;
  const candidates = count - base;
  for (let i = base; i < count; i += 1) {
    marks[slots[i] as number] = i + 1;
    best[i] = 0;
  }
  eachTerm(segment, word, (from, to, factor) => {
    if (ascending && to - from > candidates * 16) {
      found.work += candidates;
      scoreAscending(segment, from, to, factor, found, base);
      return;
    }
    found.work += to - from;
    for (let i = from; i < to; i += 1) {
      const posting = postings[i] as number;
      const mark = marks[posting >>> SLOT_SHIFT] as number;
      if (mark === 0) continue;
      const score = (posting & IMPACT_MASK) * factor;
      if (score > (best[mark - 1] as number)) best[mark - 1] = score;
    }
  });
  for (let i = base; i < count; i += 1) marks[slots[i] as number] = 0;
}

function scoreAscending(
  { postings }: Segment,
  from: number,
  to: number,
  factor: number,
  { slots, best, count }: Candidates,
  base: number,
): void {
  let at = from;
  for (let i = base; i < count && at < to; i += 1) {
    const slot = slots[i] as number;
    at = findSlot(postings, slot, at, to);
    if (at >= to) return;
    const posting = postings[at] as number;
    if (posting >>> SLOT_SHIFT !== slot) continue;
    const score = (posting & IMPACT_MASK) * factor;
    if (score > (best[i] as number)) best[i] = score;
  }
}

function keepScored(found: Candidates, base: number): void {
  const { slots, scores, best, count } = found;
  let kept = base;
  for (let i = base; i < count; i += 1) {
    if (best[i] === 0) continue;
    slots[kept] = slots[i] as number;
    scores[kept] = (scores[i] as number) + (best[i] as number);
    kept += 1;
  }
  found.count = kept;
}

function eachTerm(
  { offsets }: Segment,
  { ranges }: PlacedWord,
  visit: (from: number, to: number, factor: number) => void,
): void {
  for (const { from, to, factor } of ranges) {
    for (let at = from; at < to; at += 1) visit(offsets[at] as number, offsets[at + 1] as number, factor);
  }
}
