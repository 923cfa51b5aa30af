import { isOneEditAway } from '../../domain/search/edit-distance.ts';
import { DeletionTable } from './deletion-table.ts';
import { grown } from './grown.ts';
import { StringDictionary } from './string-dictionary.ts';
import { encodeText } from './text-bytes.ts';

/** Terms that follow each other in the order of all: `to` is not one of them. */
export interface TermRange {
  readonly from: number;
  readonly to: number;
}

/** The order of all terms by their texts. A term's rank changes as others come, the order of any two never. */
export interface TermOrder {
  /** Gives the terms that are new since then their ranks. */
  settle(): void;
  /** By id; of a term that came after `settle`, without meaning. */
  readonly ranks: Uint32Array;
}

/** Terms that are no words, but postings by which a filter is answered. */
export const tagTerm = (tag: string): string => `\u0001${tag}`;
export const ownerTerm = (owner: string): string => `\u0002${owner}`;
const LAST_MARK = 2;

/** All terms of the index, found whole, by their beginning, and with one edit in them. */
export class TermDictionary implements TermOrder {
  #terms = new StringDictionary();
  /** The ids sorted by text; those in `fresh` are not in it yet. */
  #order: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #ranks: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #fresh: number[] = [];
  #deletions = new DeletionTable();

  static restored(terms: StringDictionary, order: Uint32Array<ArrayBuffer>): TermDictionary {
    const dictionary = new TermDictionary();
    dictionary.#terms = terms;
    dictionary.#order = order;
    dictionary.#rank(0);
    dictionary.#deletions = new DeletionTable(order.length);
    for (const id of order) dictionary.#addDeletions(id);
    return dictionary;
  }

  get size(): number {
    return this.#terms.size;
  }

  find(term: string): number {
    return this.#terms.find(term);
  }

  intern(term: string): number {
    const before = this.#terms.size;
    const id = this.#terms.intern(term);
    if (id === before) {
      this.#fresh.push(id);
      this.#addDeletions(id);
    }
    return id;
  }

  get ranks(): Uint32Array {
    return this.#ranks;
  }

  rankOf(id: number): number {
    this.settle();
    return this.#ranks[id] as number;
  }

  /** All terms that begin so. */
  beginningWith(prefix: string): TermRange {
    this.settle();
    const length = encodeText(prefix);
    const from = this.#lowerBound((id) => this.#terms.compareStart(id, length) < 0);
    const to = this.#lowerBound((id) => this.#terms.compareStart(id, length) <= 0);
    return { from, to };
  }

  /** The ids of all words one edit away. */
  oneEditAway(word: string): number[] {
    const found = new Set<number>();
    this.#deletions.visitNear(word, (id) => {
      if (!found.has(id) && isOneEditAway(word, this.#terms.text(id))) found.add(id);
    });
    return [...found];
  }

  sections(): { bytes: Uint8Array; starts: Uint32Array; order: Uint32Array } {
    this.settle();
    return { ...this.#terms.sections(), order: this.#order };
  }

  #addDeletions(id: number): void {
    this.#terms.visit(id, (bytes, start, end) => {
      if ((bytes[start] as number) <= LAST_MARK) return;
      this.#deletions.add(id, bytes, start, end, () => this.#terms.text(id));
    });
  }

  #lowerBound(isBefore: (id: number) => boolean): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.#order[middle] as number)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  settle(): void {
    if (this.#fresh.length === 0) return;
    const fresh = this.#fresh.sort((a, b) => this.#terms.compare(a, b));
    const order = this.#order;
    const merged = new Uint32Array(order.length + fresh.length);
    let copied = 0;
    let changed = merged.length;
    for (const [i, id] of fresh.entries()) {
      const at = this.#lowerBound((other) => this.#terms.compare(other, id) < 0);
      merged.set(order.subarray(copied, at), copied + i);
      merged[at + i] = id;
      changed = Math.min(changed, at + i);
      copied = at;
    }
    merged.set(order.subarray(copied), copied + fresh.length);
    this.#order = merged;
    this.#fresh = [];
    this.#rank(changed);
  }

  #rank(from: number): void {
    const order = this.#order;
    this.#ranks = grown(this.#ranks, order.length);
    const ranks = this.#ranks;
    for (let rank = from; rank < order.length; rank += 1) ranks[order[rank] as number] = rank;
  }
}
