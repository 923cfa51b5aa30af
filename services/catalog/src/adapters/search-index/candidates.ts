import { grown } from './grown.ts';

/** 1 for 0 and 0 for any other positive integer, without a branch. */
export const isZero = (n: number): number => (n - 1) >>> 31;

/** Slots with their scores, and the marks by which they are found; kept between queries. */
export class Candidates {
  slots: Uint32Array<ArrayBuffer> = new Uint32Array(1_024);
  scores: Uint16Array<ArrayBuffer> = new Uint16Array(1_024);
  /** Those of the candidates that fail no filter: the slots and scores themselves while there is no filter. */
  hitSlots: Uint32Array<ArrayBuffer> = this.slots;
  hitScores: Uint16Array<ArrayBuffer> = this.scores;
  hits = 0;
  /** Bits of the filters that the candidate fails; of no meaning while there is no filter. */
  fails: Uint8Array<ArrayBuffer> = new Uint8Array(1_024);
  /** Score of the word that is being looked at. */
  best: Uint16Array<ArrayBuffer> = new Uint16Array(1_024);
  /** By slot, index + 1 of the candidate while a word is looked at, otherwise 0. */
  marks: Uint32Array<ArrayBuffer> = new Uint32Array(1_024);
  /** By slot, the score of a word that is several terms while these are united, otherwise 0. */
  bestBySlot: Uint16Array<ArrayBuffer> = new Uint16Array(1_024);
  count = 0;
  /** Postings and candidates looked at: what the bounds of a query are counted in. */
  work = 0;

  /** How many candidates count for a facet whose own filter there is. */
  scopeCount = 0;
  #scopeSlots: Uint32Array<ArrayBuffer> = new Uint32Array(1_024);
  #flags: Uint8Array<ArrayBuffer> = new Uint8Array(1_024);
  readonly #keptSlots = { slots: new Uint32Array(1_024), scores: new Uint16Array(1_024) };

  scopeSlots(): Uint32Array {
    this.#scopeSlots = grown(this.#scopeSlots, this.count);
    return this.#scopeSlots;
  }

  /** By slot, 1 for each of the slots and otherwise 0; until `unflag`. */
  flagged(slots: Uint32Array, count: number): Uint8Array {
    this.#flags = grown(this.#flags, this.marks.length);
    const flags = this.#flags;
    for (let i = 0; i < count; i += 1) flags[slots[i] as number] = 1;
    return flags;
  }

  unflag(): void {
    this.#flags.fill(0);
  }

  /** Sorts out what fails nothing; `filtered`: there was something to fail. */
  keepHits(filtered: boolean): void {
    const { slots, scores, fails, count } = this;
    if (!filtered) {
      this.hitSlots = slots;
      this.hitScores = scores;
      this.hits = count;
      return;
    }
    const { hitSlots, hitScores } = this.#roomForHits();
    let hits = 0;
    for (let i = 0; i < count; i += 1) {
      // Written in any case, and overwritten unless it stays: a branch is mispredicted every other time.
      hitSlots[hits] = slots[i] as number;
      hitScores[hits] = scores[i] as number;
      hits += isZero(fails[i] as number);
    }
    this.hits = hits;
  }

  /** The same, in one go with what each fails by its kind. */
  keepOfKind(kinds: Uint8Array, failsByKind: Uint8Array): void {
    const { slots, scores, fails, count } = this;
    const { hitSlots, hitScores } = this.#roomForHits();
    let hits = 0;
    for (let i = 0; i < count; i += 1) {
      const slot = slots[i] as number;
      const failed = (fails[i] as number) | (failsByKind[kinds[slot] as number] as number);
      fails[i] = failed;
      hitSlots[hits] = slot;
      hitScores[hits] = scores[i] as number;
      hits += isZero(failed);
    }
    this.hits = hits;
  }

  /** The same, in one go with what each fails by its kind and by another value. */
  keepOfKindAndId(kinds: Uint8Array, failsByKind: Uint8Array, ids: Uint32Array, failsById: Uint8Array): void {
    const { slots, scores, fails, count } = this;
    const { hitSlots, hitScores } = this.#roomForHits();
    let hits = 0;
    for (let i = 0; i < count; i += 1) {
      const slot = slots[i] as number;
      const failed =
        (fails[i] as number) |
        (failsByKind[kinds[slot] as number] as number) |
        (failsById[ids[slot] as number] as number);
      fails[i] = failed;
      hitSlots[hits] = slot;
      hitScores[hits] = scores[i] as number;
      hits += isZero(failed);
    }
    this.hits = hits;
  }

  #roomForHits(): { hitSlots: Uint32Array; hitScores: Uint16Array } {
    const kept = this.#keptSlots;
    kept.slots = grown(kept.slots, this.slots.length);
    kept.scores = grown(kept.scores, this.slots.length);
    this.hitSlots = kept.slots;
    this.hitScores = kept.scores;
    return this;
  }

  /** Empties it, with room for a candidate of each slot. */
  begin(slots: number): void {
    this.slots = grown(this.slots, slots);
    this.scores = grown(this.scores, slots);
    this.fails = grown(this.fails, slots);
    this.best = grown(this.best, slots);
    this.marks = grown(this.marks, slots);
    this.bestBySlot = grown(this.bestBySlot, slots);
    this.count = 0;
  }
}
