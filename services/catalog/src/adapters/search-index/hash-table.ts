const SHARD_BITS = 6;
const SHARDS = 1 << SHARD_BITS;
const FIRST_CAPACITY = 16;

/**
 * Numbers by 32-bit hash, several under one hash if need be. Open addressing in typed arrays, in shards that
 * grow one by one: at a million entries a growth moves some ten thousand.
 */
export class HashTable {
  /** Pairs of hash and value + 1; 0 is free. */
  readonly #shards: Uint32Array[];
  readonly #used = new Uint32Array(SHARDS);

  /** With room for so many entries, and more when they come. */
  constructor(entries = 0) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(FIRST_CAPACITY, (entries * 1.6) / SHARDS)));
    this.#shards = Array.from({ length: SHARDS }, () => new Uint32Array(capacity * 2));
  }

  /** How many values there are under the hash, as far as `most`. */
  countUpTo(hash: number, most: number): number {
    const pairs = this.#shards[hash >>> (32 - SHARD_BITS)] as Uint32Array;
    const mask = pairs.length - 1;
    let count = 0;
    for (let i = (hash << 1) & mask; pairs[i + 1] !== 0 && count < most; i = (i + 2) & mask) {
      if (pairs[i] === hash) count += 1;
    }
    return count;
  }

  add(hash: number, value: number): void {
    const shard = hash >>> (32 - SHARD_BITS);
    const used = (this.#used[shard] as number) + 1;
    this.#used[shard] = used;
    let pairs = this.#shards[shard] as Uint32Array;
    if (used * 3 > pairs.length) {
      const wider = new Uint32Array(pairs.length * 2);
      for (let i = 0; i < pairs.length; i += 2) {
        if (pairs[i + 1] !== 0) insert(wider, pairs[i] as number, pairs[i + 1] as number);
      }
      pairs = wider;
      this.#shards[shard] = wider;
    }
    insert(pairs, hash, value + 1);
  }

  /** The first value under the hash that is accepted; -1: none. */
  find(hash: number, accepts: (value: number) => boolean): number {
    const pairs = this.#shards[hash >>> (32 - SHARD_BITS)] as Uint32Array;
    const mask = pairs.length - 1;
    for (let i = (hash << 1) & mask; pairs[i + 1] !== 0; i = (i + 2) & mask) {
      if (pairs[i] === hash && accepts((pairs[i + 1] as number) - 1)) return (pairs[i + 1] as number) - 1;
    }
    return -1;
  }

  remove(hash: number, value: number): void {
    const shard = hash >>> (32 - SHARD_BITS);
    const pairs = this.#shards[shard] as Uint32Array;
    const mask = pairs.length - 1;
    let hole = (hash << 1) & mask;
    while (pairs[hole] !== hash || pairs[hole + 1] !== value + 1) {
      if (pairs[hole + 1] === 0) return;
      hole = (hole + 2) & mask;
    }
    this.#used[shard] = (this.#used[shard] as number) - 1;
    // What was pushed past the hole moves back into it, so that no search stops too early.
    for (let i = (hole + 2) & mask; pairs[i + 1] !== 0; i = (i + 2) & mask) {
      const home = ((pairs[i] as number) << 1) & mask;
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        pairs[hole] = pairs[i] as number;
        pairs[hole + 1] = pairs[i + 1] as number;
        hole = i;
      }
    }
    pairs[hole + 1] = 0;
  }
}

function insert(pairs: Uint32Array, hash: number, stored: number): void {
  const mask = pairs.length - 1;
  let i = (hash << 1) & mask;
  while (pairs[i + 1] !== 0) i = (i + 2) & mask;
  pairs[i] = hash;
  pairs[i + 1] = stored;
}
