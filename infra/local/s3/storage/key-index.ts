import { compareKeys } from './key-order.ts';

/** A map that can be walked in the order of S3 listings. */
export class KeyIndex<Value> {
  readonly #values = new Map<string, Value>();
  #sorted: string[] = [];

  static from<Value>(entries: Iterable<readonly [string, Value]>): KeyIndex<Value> {
    const index = new KeyIndex<Value>();
    for (const [key, value] of entries) index.#values.set(key, value);
    index.#sorted = [...index.#values.keys()].sort(compareKeys);
    return index;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Value): void {
    if (!this.#values.has(key)) this.#sorted.splice(this.firstFrom(key), 0, key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#sorted.splice(this.firstFrom(key), 1);
  }

  values(): MapIterator<Value> {
    return this.#values.values();
  }

  at(position: number): { key: string; value: Value } | undefined {
    const key = this.#sorted[position];
    const value = key === undefined ? undefined : this.#values.get(key);
    return key === undefined || value === undefined ? undefined : { key, value };
  }

  /** Position of the first key that is not less than `key`. */
  firstFrom(key: string): number {
    return this.#partition((candidate) => compareKeys(candidate, key) < 0);
  }

  firstAfter(key: string): number {
    return this.#partition((candidate) => compareKeys(candidate, key) <= 0);
  }

  /** Position of the first key that sorts after everything beginning with `prefix`. */
  firstPast(prefix: string): number {
    return this.#partition((candidate) => candidate.startsWith(prefix) || compareKeys(candidate, prefix) < 0);
  }

  #partition(isBefore: (key: string) => boolean): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.#sorted[middle] ?? '')) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
