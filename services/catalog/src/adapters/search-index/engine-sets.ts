import { supportsEngine } from '@cairn/shared/fields/supports-engine';
import { StringDictionary } from './string-dictionary.ts';

/** Versions that were asked for and whose answers are kept. */
const KEPT_VERSIONS = 64;

/**
 * The different sets of engine ranges that assets have, numbered. A version that is asked for is compared with
 * each different range once: comparing is slow, and ranges repeat.
 */
export class EngineSets {
  readonly sets: StringDictionary;
  readonly #ranges = new StringDictionary();
  /** Range ids by set id. */
  readonly #members: number[][] = [];
  readonly #answers = new Map<string, { ranges: boolean[]; sets: Uint8Array; known: number }>();

  constructor(sets = new StringDictionary()) {
    this.sets = sets;
    for (let id = 0; id < sets.size; id += 1) this.#learn(id);
  }

  intern(releases: readonly (readonly string[])[]): number {
    // One version is asked for at a time, and a range that includes it is the range of one release.
    const id = this.sets.intern([...new Set(releases.flat())].sort().join('\n'));
    this.#learn(id);
    return id;
  }

  /** 1 for each set that supports the version, by set id. */
  supporting(version: string): Uint8Array {
    const kept = this.#answers.get(version);
    const answer = kept ?? { ranges: [], sets: new Uint8Array(0), known: 0 };
    this.#answers.delete(version);
    this.#answers.set(version, answer);
    if (this.#answers.size > KEPT_VERSIONS) {
      const [oldest] = this.#answers.keys();
      if (oldest !== undefined) this.#answers.delete(oldest);
    }
    for (let id = answer.ranges.length; id < this.#ranges.size; id += 1) {
      answer.ranges.push(supportsEngine([this.#ranges.text(id)], version));
    }
    if (answer.known < this.#members.length) {
      const wider = new Uint8Array(Math.ceil(this.#members.length * 1.25));
      wider.set(answer.sets.subarray(0, answer.known));
      for (; answer.known < this.#members.length; answer.known += 1) {
        const ranges = this.#members[answer.known] ?? [];
        wider[answer.known] = ranges.some((range) => answer.ranges[range]) ? 1 : 0;
      }
      answer.sets = wider;
    }
    return answer.sets;
  }

  #learn(id: number): void {
    if (id < this.#members.length) return;
    const text = this.sets.text(id);
    this.#members.push(text === '' ? [] : text.split('\n').map((range) => this.#ranges.intern(range)));
  }
}
