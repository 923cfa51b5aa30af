import { grown } from './grown.ts';
import { HashTable } from './hash-table.ts';
import { compareBytes, decodeText, encodedBytes, encodeText, hashBytes } from './text-bytes.ts';

/** Different texts, numbered from 0 in the order of their arrival. None is ever removed. */
export class StringDictionary {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(64);
  /** Where each begins, and where the last one ends. */
  #starts: Uint32Array<ArrayBuffer> = new Uint32Array(16);
  #size = 0;
  #byHash = new HashTable();

  static restored(bytes: Uint8Array<ArrayBuffer>, starts: Uint32Array<ArrayBuffer>): StringDictionary {
    const dictionary = new StringDictionary();
    dictionary.#bytes = bytes;
    dictionary.#starts = starts;
    dictionary.#size = starts.length - 1;
    dictionary.#byHash = new HashTable(dictionary.#size);
    for (let id = 0; id < dictionary.#size; id += 1) {
      dictionary.#byHash.add(hashBytes(bytes, starts[id] as number, starts[id + 1] as number), id);
    }
    return dictionary;
  }

  get size(): number {
    return this.#size;
  }

  /** -1: not in it. */
  find(text: string): number {
    const length = encodeText(text);
    return this.#find(length, hashBytes(encodedBytes(), 0, length));
  }

  intern(text: string): number {
    const length = encodeText(text);
    const hash = hashBytes(encodedBytes(), 0, length);
    const known = this.#find(length, hash);
    if (known !== -1) return known;
    const id = this.#size;
    const start = this.#starts[id] as number;
    this.#bytes = grown(this.#bytes, start + length);
    this.#bytes.set(encodedBytes().subarray(0, length), start);
    this.#starts = grown(this.#starts, id + 2);
    this.#starts[id + 1] = start + length;
    this.#size += 1;
    this.#byHash.add(hash, id);
    return id;
  }

  /** Hands over the bytes of one of them: those from `start` to `end`. */
  visit(id: number, take: (bytes: Uint8Array, start: number, end: number) => void): void {
    take(this.#bytes, this.#starts[id] as number, this.#starts[id + 1] as number);
  }

  text(id: number): string {
    return decodeText(this.#bytes, this.#starts[id] as number, this.#starts[id + 1] as number);
  }

  compare(a: number, b: number): number {
    const bytes = this.#bytes;
    const starts = this.#starts;
    const [aStart, aEnd] = [starts[a] as number, starts[a + 1] as number];
    return compareBytes(bytes, aStart, aEnd, bytes, starts[b] as number, starts[b + 1] as number);
  }

  /** Compares one of them with the `length` bytes that were encoded last; 0 too if it begins with them. */
  compareStart(id: number, length: number): number {
    const start = this.#starts[id] as number;
    const end = Math.min(start + length, this.#starts[id + 1] as number);
    return compareBytes(this.#bytes, start, end, encodedBytes(), 0, length);
  }

  /** What `restored` takes. The arrays only grow at their ends, so they may be read later. */
  sections(): { bytes: Uint8Array; starts: Uint32Array } {
    return {
      bytes: this.#bytes.subarray(0, this.#starts[this.#size]),
      starts: this.#starts.subarray(0, this.#size + 1),
    };
  }

  #find(length: number, hash: number): number {
    const bytes = encodedBytes();
    return this.#byHash.find(hash, (id) => {
      const start = this.#starts[id] as number;
      const end = this.#starts[id + 1] as number;
      return end - start === length && compareBytes(this.#bytes, start, end, bytes, 0, length) === 0;
    });
  }
}
