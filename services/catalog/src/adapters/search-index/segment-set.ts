import { grown } from './grown.ts';
import { startMerge, type Merge } from './merge-segments.ts';
import type { Segment } from './segment.ts';
import { Tail, TAIL_DOCUMENTS } from './tail.ts';
import type { TermOrder } from './term-dictionary.ts';

/** So many segments of about one size become one of the next. */
const FAN_IN = 4;
const MAX_INPUTS = 8;

/** Home of a slot without a document. */
const NOWHERE = 0;

/** All postings: frozen segments, a tail of what is new, and the merge that is under way. */
export class SegmentSet {
  /** The segment in which the slot's document lives, by slot. */
  home: Uint32Array<ArrayBuffer> = new Uint32Array(16);
  #segments: Segment[] = [];
  readonly #byId = new Map<number, Segment>();
  #nextId = NOWHERE + 1;
  #tail: Tail;
  #merge: Merge | undefined;

  readonly #order: TermOrder;

  constructor(order: TermOrder) {
    this.#order = order;
    this.#tail = new Tail(this.#nextId++);
  }

  ensureSlots(capacity: number): void {
    this.home = grown(this.home, capacity);
  }

  isLive(slot: number): boolean {
    return this.home[slot] !== NOWHERE;
  }

  put(slot: number, terms: Uint32Array, impacts: Uint8Array): void {
    this.#leave(slot);
    this.#tail.put(slot, terms, impacts);
    this.home[slot] = this.#tail.id;
    if (this.#tail.isFull) this.seal();
  }

  remove(slot: number): void {
    this.#leave(slot);
    this.home[slot] = NOWHERE;
  }

  /** What a search looks at. */
  active(): Segment[] {
    const tail = this.#tail.segment(this.#order);
    return tail === undefined ? this.#segments : [...this.#segments, tail];
  }

  /** The segments alone: after `seal` these are all postings. */
  frozen(): readonly Segment[] {
    return this.#segments;
  }

  /** Makes a segment of the tail, and begins a new one. */
  seal(): void {
    const segment = this.#tail.segment(this.#order);
    if (segment === undefined) return;
    this.#add(segment);
    this.#tail = new Tail(this.#nextId++);
  }

  /** Merges on by about so many postings; false: there is nothing to merge. */
  maintain(postings: number): boolean {
    const merge = (this.#merge ??= this.#nextMerge());
    if (merge === undefined) return false;
    if (!merge.step(postings)) return true;
    this.#merge = undefined;
    this.#replace(merge);
    return true;
  }

  /** Takes frozen segments and the homes of all slots, in place of what there is. */
  restore(segments: readonly Segment[], home: Uint32Array<ArrayBuffer>): void {
    this.home = home;
    this.#merge = undefined;
    this.#segments = [];
    this.#byId.clear();
    for (const segment of segments) this.#add(segment);
    this.#nextId = Math.max(NOWHERE, ...segments.map((each) => each.id)) + 1;
    this.#tail = new Tail(this.#nextId++);
  }

  #leave(slot: number): void {
    const home = this.home[slot] as number;
    if (home === this.#tail.id) this.#tail.remove(slot);
    else {
      const segment = this.#byId.get(home);
      if (segment !== undefined) segment.dead += 1;
    }
  }

  #add(segment: Segment): void {
    this.#segments = [...this.#segments, segment];
    this.#byId.set(segment.id, segment);
  }

  #drop(segments: readonly Segment[]): void {
    this.#segments = this.#segments.filter((each) => !segments.includes(each));
    for (const { id } of segments) this.#byId.delete(id);
  }

  #nextMerge(): Merge | undefined {
    this.#drop(this.#segments.filter((each) => each.dead >= each.documents));
    const levels: Segment[][] = [];
    for (const segment of this.#segments) {
      const level = Math.floor(
        Math.log((segment.documents - segment.dead) / TAIL_DOCUMENTS) / Math.log(FAN_IN),
      );
      (levels[Math.max(level, 0)] ??= []).push(segment);
    }
    const crowded = levels.find((each) => each !== undefined && each.length >= FAN_IN);
    const decayed = this.#segments.find((each) => each.dead * 3 > each.documents);
    const inputs = crowded?.slice(0, MAX_INPUTS) ?? (decayed === undefined ? undefined : [decayed]);
    return inputs === undefined ? undefined : startMerge(inputs, () => this.home, this.#order);
  }

  #replace(merge: Merge): void {
    const id = this.#nextId++;
    const old = new Set(merge.inputs.map((each) => each.id));
    const home = this.home;
    let documents = 0;
    for (let slot = 0; slot < home.length; slot += 1) {
      const segmentId = home[slot] as number;
      if (segmentId === NOWHERE || !old.has(segmentId)) continue;
      home[slot] = id;
      documents += 1;
    }
    this.#drop(merge.inputs);
    if (documents > 0) this.#add({ id, documents, dead: 0, ...merge.finish() });
  }
}
