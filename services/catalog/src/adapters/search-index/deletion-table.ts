import { isSpaceless } from '../../domain/search/document-words.ts';
import { SEARCH_LIMITS } from '../../domain/search/search-index.ts';
import { HashTable } from './hash-table.ts';
import { encodedBytes, encodeText, hashBytes, mixed, withByte, HASH_SEED } from './text-bytes.ts';

/** Entries that a word makes, as a rule: for how many there has to be room. */
const ENTRIES_PER_WORD = 8;
/**
 * Words under one hash. Words of letters a to z and digits are fewer up to thirteen of them; beyond, words that
 * somebody made up to be alike would make each of them slow to add and to find. They are found without typos.
 */
const MAX_ALIKE = 512;

/** Words by the hash of each text that is the word with at most one character deleted. */
export class DeletionTable {
  readonly #ids: HashTable;

  constructor(words = 0) {
    this.#ids = new HashTable(words * ENTRIES_PER_WORD);
  }

  /** The word is encoded in these bytes; `text` gives it where that does not do. */
  add(id: number, bytes: Uint8Array, start: number, end: number, text: () => string): void {
    if (isAscii(bytes, start, end)) {
      if (end - start >= SEARCH_LIMITS.typoLength - 1) this.#addAscii(id, bytes, start, end);
      return;
    }
    const word = text();
    if (word.length < SEARCH_LIMITS.typoLength - 1 || isSpaceless(word)) return;
    for (const deletion of withOneDeleted(word)) this.#add(hashOf(deletion), id);
  }

  /** Ids of words that may be one edit away; some twice, and some that are not. */
  visitNear(word: string, visit: (id: number) => void): void {
    for (const deletion of withOneDeleted(word)) {
      this.#ids.find(hashOf(deletion), (id) => {
        visit(id);
        return false;
      });
    }
  }

  /** The same as for any other word, without a text for each of its deletions. */
  #addAscii(id: number, bytes: Uint8Array, start: number, end: number): void {
    this.#add(hashBytes(bytes, start, end), id);
    let before = HASH_SEED;
    for (let i = start; i < end; i += 1) {
      const byte = bytes[i] as number;
      // Of equal neighbours it is the same whichever is deleted.
      if (i === start || byte !== bytes[i - 1]) {
        let hash = before;
        for (let k = i + 1; k < end; k += 1) hash = withByte(hash, bytes[k] as number);
        this.#add(mixed(hash), id);
      }
      before = withByte(before, byte);
    }
  }

  #add(hash: number, id: number): void {
    if (this.#ids.countUpTo(hash, MAX_ALIKE) < MAX_ALIKE) this.#ids.add(hash, id);
  }
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if ((bytes[i] as number) > 0x7f) return false;
  return true;
}

function hashOf(text: string): number {
  return hashBytes(encodedBytes(), 0, encodeText(text));
}

/** The word itself, and it with each one of its characters deleted. */
function withOneDeleted(word: string): Set<string> {
  const characters = Array.from(word);
  const texts = new Set([word]);
  for (let i = 0; i < characters.length; i += 1) {
    texts.add(characters.slice(0, i).join('') + characters.slice(i + 1).join(''));
  }
  return texts;
}
