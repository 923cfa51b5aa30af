import { KINDS } from '@cairn/shared/fields/kinds';
import { nameKeyOf } from '../../domain/search/document-words.ts';
import type { SearchDocument } from '../../domain/search/search-index.ts';
import { EngineSets } from './engine-sets.ts';
import { grown } from './grown.ts';
import { ListColumn } from './list-column.ts';
import { StringDictionary } from './string-dictionary.ts';
import { decodeText, encodedBytes, encodeText } from './text-bytes.ts';
import { valueCounts } from './value-counts.ts';

/** Lists of values, each a column and a dictionary. */
export const LIST_FIELDS = ['tags', 'platforms', 'formats'] as const;
export type ListField = (typeof LIST_FIELDS)[number];

const MAX_LIST = 0xffff;
const emptyWords = () => new Uint32Array(16);

/** What is known of a document besides its words, by slot. Numbers only: no object is kept for a document. */
export class Columns {
  kind: Uint8Array<ArrayBuffer> = new Uint8Array(16);
  license: Uint32Array<ArrayBuffer> = new Uint32Array(16);
  engines: Uint32Array<ArrayBuffer> = new Uint32Array(16);
  size: Float64Array<ArrayBuffer> = new Float64Array(16);
  downloads: Float64Array<ArrayBuffer> = new Float64Array(16);
  posted: Float64Array<ArrayBuffer> = new Float64Array(16);
  updated: Float64Array<ArrayBuffer> = new Float64Array(16);
  /** The first six bytes of the name: most comparisons need no more. */
  nameHead: Float64Array<ArrayBuffer> = new Float64Array(16);
  readonly name = new ListColumn<Uint8Array<ArrayBuffer>>(new Uint8Array(64));
  readonly asin = new ListColumn<Uint8Array<ArrayBuffer>>(new Uint8Array(64));
  readonly lists: Readonly<Record<ListField, ListColumn<Uint32Array<ArrayBuffer>>>> = {
    tags: new ListColumn<Uint32Array<ArrayBuffer>>(emptyWords()),
    platforms: new ListColumn<Uint32Array<ArrayBuffer>>(emptyWords()),
    formats: new ListColumn<Uint32Array<ArrayBuffer>>(emptyWords()),
  };
  licenses = new StringDictionary();
  engineSets = new EngineSets();
  values: Record<ListField, StringDictionary> = {
    tags: new StringDictionary(),
    platforms: new StringDictionary(),
    formats: new StringDictionary(),
  };
  /** How many live documents have each value: the facets of a query without criteria. */
  readonly counts = valueCounts();
  /** How often a document was added to the counts. */
  puts = 0;

  ensureSlots(capacity: number): void {
    if (this.kind.length >= capacity) return;
    this.kind = grown(this.kind, capacity);
    this.license = grown(this.license, capacity);
    this.engines = grown(this.engines, capacity);
    this.size = grown(this.size, capacity);
    this.downloads = grown(this.downloads, capacity);
    this.posted = grown(this.posted, capacity);
    this.updated = grown(this.updated, capacity);
    this.nameHead = grown(this.nameHead, capacity);
    const slots = this.kind.length;
    for (const column of [this.name, this.asin, ...Object.values(this.lists)]) column.ensureSlots(slots);
  }

  put(slot: number, document: SearchDocument): void {
    this.ensureSlots(slot + 1);
    this.kind[slot] = KINDS.indexOf(document.kind);
    this.license[slot] = this.licenses.intern(document.license);
    this.engines[slot] = this.engineSets.intern(document.release_engines);
    this.size[slot] = document.asset_size;
    this.downloads[slot] = document.downloads;
    this.posted[slot] = timeOf(document.date_posted);
    this.updated[slot] = timeOf(document.date_updated);
    const nameLength = encodeText(nameKeyOf(document.name));
    const bytes = encodedBytes();
    this.nameHead[slot] = headOf(bytes, nameLength);
    this.name.set(slot, bytes, nameLength);
    this.asin.set(slot, encodedBytes(), encodeText(document.asin));
    for (const field of LIST_FIELDS) {
      const ids = [...new Set(document[field] ?? [])].map((value) => this.values[field].intern(value));
      this.lists[field].set(slot, ids, Math.min(ids.length, MAX_LIST));
    }
    this.count(slot, 1);
  }

  /** Adds a live document to the counts, or takes it out of them. */
  count(slot: number, by: 1 | -1): void {
    if (by === 1) this.puts += 1;
    this.counts.add('kind', this.kind[slot] as number, by);
    this.counts.add('license', this.license[slot] as number, by);
    this.counts.add('engine', this.engines[slot] as number, by);
    for (const field of LIST_FIELDS) {
      const { elements, starts, lengths } = this.lists[field];
      const start = starts[slot] as number;
      const end = start + (lengths[slot] as number);
      for (let i = start; i < end; i += 1) this.counts.add(field, elements[i] as number, by);
    }
  }

  textOf(column: ListColumn<Uint8Array<ArrayBuffer>>, slot: number): string {
    const start = column.starts[slot] as number;
    return decodeText(column.elements, start, start + (column.lengths[slot] as number));
  }
}

export const timeOf = (iso: string): number => Date.parse(iso) || 0;

/** Sorts as the first six of the bytes do. */
export function headOf(bytes: Uint8Array, length: number): number {
  let head = 0;
  for (let i = 0; i < 6; i += 1) head = head * 256 + (i < length ? (bytes[i] as number) : 0);
  return head;
}
