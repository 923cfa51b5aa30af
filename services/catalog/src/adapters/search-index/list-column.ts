import { grown } from './grown.ts';

type Elements = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/**
 * A list of numbers for each slot, all in one array. A list that changes its length moves to a hole of just
 * that length or to the end: lengths repeat, so holes are used again and nothing has to be compacted.
 */
export class ListColumn<T extends Elements> {
  elements: T;
  starts: Uint32Array<ArrayBuffer> = new Uint32Array(16);
  lengths: Uint16Array<ArrayBuffer> = new Uint16Array(16);
  #end = 0;
  readonly #holes = new Map<number, number[]>();

  constructor(empty: T) {
    this.elements = empty;
  }

  ensureSlots(capacity: number): void {
    this.starts = grown(this.starts, capacity);
    this.lengths = grown(this.lengths, capacity);
  }

  set(slot: number, values: ArrayLike<number>, length: number): void {
    const before = this.lengths[slot] as number;
    if (before !== length) {
      if (before > 0) this.#hole(before).push(this.starts[slot] as number);
      this.starts[slot] = length === 0 ? 0 : this.#place(length);
      this.lengths[slot] = length;
    }
    const start = this.starts[slot] as number;
    for (let i = 0; i < length; i += 1) this.elements[start + i] = values[i] as number;
  }

  /** The lists of these slots one after the other. */
  packed(from: number, to: number): T {
    let length = 0;
    for (let slot = from; slot < to; slot += 1) length += this.lengths[slot] as number;
    const result = new (this.elements.constructor as new (length: number) => T)(length);
    let at = 0;
    for (let slot = from; slot < to; slot += 1) {
      const start = this.starts[slot] as number;
      const end = start + (this.lengths[slot] as number);
      for (let i = start; i < end; i += 1) result[at++] = this.elements[i] as number;
    }
    return result;
  }

  /** Takes what `packed` gave for all slots, and their lengths. */
  restore(elements: T, lengths: Uint16Array<ArrayBuffer>): void {
    this.elements = elements;
    this.lengths = lengths;
    this.starts = new Uint32Array(lengths.length);
    for (let slot = 0; slot < lengths.length; slot += 1) {
      this.starts[slot] = this.#end;
      this.#end += lengths[slot] as number;
    }
  }

  #place(length: number): number {
    const hole = this.#holes.get(length)?.pop();
    if (hole !== undefined) return hole;
    const start = this.#end;
    this.#end += length;
    this.elements = grown(this.elements, this.#end);
    return start;
  }

  #hole(length: number): number[] {
    const holes = this.#holes.get(length) ?? [];
    if (holes.length === 0) this.#holes.set(length, holes);
    return holes;
  }
}
