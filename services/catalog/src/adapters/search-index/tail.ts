import { SLOT_SHIFT, type Segment } from './segment.ts';
import type { TermOrder } from './term-dictionary.ts';

/** Documents that a tail takes. Small: it is made into a segment whenever a search comes after a change. */
export const TAIL_DOCUMENTS = 256;
/** Postings that a tail takes, however few documents they are of. */
const TAIL_POSTINGS = 65_536;

interface TailDocument {
  readonly terms: Uint32Array;
  readonly impacts: Uint8Array;
}

/** The newest documents, still as lists of terms. A document that is put again takes its old place. */
export class Tail {
  readonly id: number;
  readonly #documents = new Map<number, TailDocument>();
  #postings = 0;
  #frozen: Segment | undefined;

  constructor(id: number) {
    this.id = id;
  }

  get isFull(): boolean {
    return this.#documents.size >= TAIL_DOCUMENTS || this.#postings >= TAIL_POSTINGS;
  }

  put(slot: number, terms: Uint32Array, impacts: Uint8Array): void {
    this.remove(slot);
    this.#documents.set(slot, { terms, impacts });
    this.#postings += terms.length;
  }

  remove(slot: number): void {
    this.#frozen = undefined;
    this.#postings -= this.#documents.get(slot)?.terms.length ?? 0;
    this.#documents.delete(slot);
  }

  /** What it holds now, as a segment; undefined: nothing. */
  segment(order: TermOrder): Segment | undefined {
    if (this.#documents.size === 0) return undefined;
    this.#frozen ??= this.#freeze(order);
    return this.#frozen;
  }

  #freeze(order: TermOrder): Segment {
    order.settle();
    const { ranks } = order;
    const bySlot = [...this.#documents].sort(([a], [b]) => a - b);
    const unsorted = new Uint32Array(this.#postings);
    const ids = new Uint32Array(this.#postings);
    // Rank and place in one number: sorting by it keeps the slots of a term in their order.
    const keys = new Float64Array(this.#postings);
    let count = 0;
    for (const [slot, { terms, impacts }] of bySlot) {
      for (let i = 0; i < terms.length; i += 1) {
        unsorted[count] = (slot << SLOT_SHIFT) | (impacts[i] as number);
        ids[count] = terms[i] as number;
        keys[count] = (ranks[terms[i] as number] as number) * 2 ** 21 + count;
        count += 1;
      }
    }
    keys.sort();
    const postings = new Uint32Array(count);
    const terms: number[] = [];
    const offsets: number[] = [];
    for (let i = 0; i < count; i += 1) {
      const key = keys[i] as number;
      const place = key % 2 ** 21;
      const term = ids[place] as number;
      postings[i] = unsorted[place] as number;
      if (terms.at(-1) !== term) {
        terms.push(term);
        offsets.push(i);
      }
    }
    offsets.push(count);
    return {
      id: this.id,
      documents: bySlot.length,
      dead: 0,
      first: bySlot[0]?.[0] ?? 0,
      last: bySlot.at(-1)?.[0] ?? 0,
      terms: Uint32Array.from(terms),
      offsets: Uint32Array.from(offsets),
      postings,
    };
  }
}
