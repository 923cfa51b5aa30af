import { SLOT_SHIFT, type Segment } from './segment.ts';
import type { TermOrder } from './term-dictionary.ts';

export interface Merge {
  readonly inputs: readonly Segment[];
  /** Copies about so many postings; true: all are copied. */
  step(postings: number): boolean;
  /** The outcome, to be put in the place of the inputs. */
  finish(): Pick<Segment, 'first' | 'last' | 'terms' | 'offsets' | 'postings'>;
}

interface Input {
  readonly segment: Segment;
  /** The next term. */
  at: number;
  /** Of the term that is being merged. */
  from: number;
  to: number;
}

/**
 * Makes one segment of several without what is dead in them, a few terms at a time. Documents that die while
 * it goes on are partly copied, which does no harm: they will not be at home in the new segment.
 */
export function startMerge(inputs: readonly Segment[], homeOf: () => Uint32Array, order: TermOrder): Merge {
  const cursors: Input[] = inputs.map((segment) => ({ segment, at: 0, from: 0, to: 0 }));
  const total = (length: (segment: Segment) => number) => inputs.reduce((sum, each) => sum + length(each), 0);
  // Memory that is never written to is never taken, so the largest possible size costs nothing.
  const postings = new Uint32Array(total((segment) => segment.postings.length));
  const terms = new Uint32Array(total((segment) => segment.terms.length));
  const offsets = new Uint32Array(terms.length + 1);
  let termCount = 0;
  let end = 0;

  /** The inputs that have the lowest of the terms that come next. */
  function nextInputs(ranks: Uint32Array): Input[] {
    let lowest = Infinity;
    let having: Input[] = [];
    for (const cursor of cursors) {
      const term = cursor.segment.terms[cursor.at];
      const rank = term === undefined ? undefined : (ranks[term] as number);
      if (rank === undefined || rank > lowest) continue;
      if (rank < lowest) having = [];
      lowest = rank;
      having.push(cursor);
    }
    return having;
  }

  function copyTerm(having: readonly Input[], home: Uint32Array): number {
    const [first] = having;
    if (first === undefined) return 0;
    const term = first.segment.terms[first.at] as number;
    const start = end;
    let seen = 0;
    for (const cursor of having) {
      cursor.from = cursor.segment.offsets[cursor.at] as number;
      cursor.to = cursor.segment.offsets[cursor.at + 1] as number;
      seen += cursor.to - cursor.from;
      cursor.at += 1;
    }
    if (having.length === 1) end = copyLive(first, home, postings, end);
    else end = mergeLive(having, home, postings, end);
    if (end > start) {
      terms[termCount] = term;
      offsets[termCount] = start;
      termCount += 1;
    }
    return seen;
  }

  return {
    inputs,
    step(budget) {
      const home = homeOf();
      const { ranks } = order;
      let left = budget;
      while (left > 0) {
        const having = nextInputs(ranks);
        if (having.length === 0) return true;
        left -= copyTerm(having, home) + 4;
      }
      return false;
    },
    finish() {
      offsets[termCount] = end;
      return {
        first: Math.min(...inputs.map((each) => each.first)),
        last: Math.max(...inputs.map((each) => each.last)),
        terms: terms.subarray(0, termCount),
        offsets: offsets.subarray(0, termCount + 1),
        postings: postings.subarray(0, end),
      };
    },
  };
}

function copyLive(input: Input, home: Uint32Array, out: Uint32Array, at: number): number {
  const { postings, id } = input.segment;
  let end = at;
  for (let i = input.from; i < input.to; i += 1) {
    const posting = postings[i] as number;
    if (home[posting >>> SLOT_SHIFT] === id) out[end++] = posting;
  }
  return end;
}

/** A live slot is at home in one of the inputs only, so no two live postings have the same slot. */
function mergeLive(having: readonly Input[], home: Uint32Array, out: Uint32Array, at: number): number {
  let end = at;
  for (const input of having) skipDead(input, home);
  for (;;) {
    let lowest: Input | undefined;
    let posting = Infinity;
    for (const input of having) {
      if (input.from >= input.to) continue;
      const next = input.segment.postings[input.from] as number;
      if (next < posting) {
        posting = next;
        lowest = input;
      }
    }
    if (lowest === undefined) return end;
    out[end++] = posting;
    lowest.from += 1;
    skipDead(lowest, home);
  }
}

function skipDead(input: Input, home: Uint32Array): void {
  const { postings, id } = input.segment;
  while (input.from < input.to && home[(postings[input.from] as number) >>> SLOT_SHIFT] !== id) {
    input.from += 1;
  }
}
