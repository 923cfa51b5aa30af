import type { AssetRecord } from '@cairn/shared/records/asset-record';
import type { DirectoryEntry } from './record-file.ts';
import { columnsFor, copyOf, grown, type RecordColumns } from './record-columns.ts';

const FIRST_CHUNK_BYTES = 64 << 10;
const LARGEST_CHUNK_BYTES = 4 << 20;
const FIRST_SLOTS = 1_024;
/** Records that were read of late, which are the same object until they change. */
const MAX_DECODED = 4_096;
/** Of tombstones, which have no downloads. */
const NONE = -1;
const NOBODY = 0;

/** A record as bytes, with what must be known of it without reading them. */
export interface EncodedRecord {
  readonly asin: string;
  readonly revision: number;
  /** undefined: it is a tombstone. */
  readonly downloads: number | undefined;
  /** Its user, and behind it the co-owners; none: it is a tombstone. */
  readonly owners: readonly string[];
  readonly json: Uint8Array;
}

/**
 * Records by asin, encoded, side by side in a few large buffers: a million of them as objects would be
 * gigabytes of heap. Reading one decodes it, which takes microseconds; those that were read of late are kept as
 * objects, which nobody may change.
 */
export interface RecordStore {
  readonly size: number;
  get(asin: string): AssetRecord | undefined;
  revisionOf(asin: string): number | undefined;
  /** undefined: there is no such asset, or it is deleted. */
  downloadsOf(asin: string): number | undefined;
  set(record: AssetRecord): void;
  setDownloads(asin: string, total: number): void;
  /** Takes over a block of records that are not known yet, one behind the other. */
  adopt(block: Uint8Array, entries: Iterable<DirectoryEntry>): void;
  asins(): IterableIterator<string>;
  /** Looks through all of them, a number each: at a million under a millisecond. */
  idsOfOwner(userId: string): string[];
  idsOfCoOwner(userId: string): string[];
  /** All as they are now, whatever changes while they are read. */
  capture(): { readonly count: number; readonly records: Iterable<EncodedRecord> };
}

export function createRecordStore(): RecordStore {
  const slots = new Map<string, number>();
  const asins: string[] = [];
  const decoded = new Map<string, AssetRecord>();
  const owners: string[] = [''];
  const ownerNumbers = new Map<string, number>();
  /** By slot; most assets have none. */
  const coOwners = new Map<number, readonly string[]>();
  let columns = columnsFor(FIRST_SLOTS);
  /** Bytes are only ever added to a chunk, so whoever holds one may go on reading it. */
  const chunks: (Uint8Array | undefined)[] = [];
  const live: number[] = [];
  let current = -1;
  let used = 0;

  function append(slot: number, json: Uint8Array): void {
    let chunk = chunks[current];
    if (chunk === undefined || used + json.length > chunk.length) {
      const usual = Math.min(LARGEST_CHUNK_BYTES, FIRST_CHUNK_BYTES * 2 ** chunks.length);
      chunk = new Uint8Array(Math.max(usual, json.length));
      current = chunks.push(chunk) - 1;
      used = 0;
      live[current] = 0;
    }
    chunk.set(json, used);
    columns.chunk[slot] = current;
    columns.offset[slot] = used;
    columns.length[slot] = json.length;
    live[current] = (live[current] ?? 0) + json.length;
    used += json.length;
  }

  /** What stays of a chunk that is mostly forgotten moves to the end, so that garbage is at most half. */
  function forget(slot: number): void {
    const at = columns.chunk[slot] ?? 0;
    const left = (live[at] ?? 0) - (columns.length[slot] ?? 0);
    live[at] = left;
    const chunk = chunks[at];
    if (chunk === undefined || at === current || left > chunk.length / 2) return;
    for (let each = 0; each < slots.size; each += 1) {
      if (columns.chunk[each] === at && each !== slot) append(each, bytesAt(columns, chunks, each));
    }
    chunks[at] = undefined;
  }

  function newSlot(asin: string): number {
    const slot = slots.size;
    slots.set(asin, slot);
    asins.push(asin);
    if (slot === columns.revision.length) columns = grown(columns);
    return slot;
  }

  function note(slot: number, record: Omit<EncodedRecord, 'json'>): void {
    const [owner, ...others] = record.owners;
    columns.revision[slot] = record.revision;
    columns.downloads[slot] = record.downloads ?? NONE;
    columns.owner[slot] = owner === undefined ? NOBODY : numberOf(owner);
    if (others.length > 0) coOwners.set(slot, others);
    else coOwners.delete(slot);
  }

  function numberOf(owner: string): number {
    const known = ownerNumbers.get(owner);
    if (known !== undefined) return known;
    ownerNumbers.set(owner, owners.length);
    return owners.push(owner) - 1;
  }

  const downloadsOf = (asin: string): number | undefined => {
    const slot = slots.get(asin);
    return slot === undefined ? undefined : downloadsAt(columns, slot);
  };

  return {
    get size() {
      return slots.size;
    },
    get(asin) {
      const known = decoded.get(asin);
      if (known !== undefined) return known;
      const slot = slots.get(asin);
      if (slot === undefined) return undefined;
      const record = decodeRecord(bytesAt(columns, chunks, slot), downloadsAt(columns, slot));
      const [oldest] = decoded.keys();
      if (oldest !== undefined && decoded.size >= MAX_DECODED) decoded.delete(oldest);
      decoded.set(asin, record);
      return record;
    },
    revisionOf(asin) {
      const slot = slots.get(asin);
      return slot === undefined ? undefined : columns.revision[slot];
    },
    downloadsOf,
    set(record) {
      const { asin, revision } = record;
      const isPublished = record.status === 'published';
      decoded.delete(asin);
      let slot = slots.get(asin);
      if (slot === undefined) slot = newSlot(asin);
      else forget(slot);
      append(slot, Buffer.from(JSON.stringify(record)));
      const downloads = isPublished ? record.downloads : undefined;
      note(slot, {
        asin,
        revision,
        downloads,
        owners: isPublished ? [record.user_id, ...record.co_owners] : [],
      });
    },
    setDownloads(asin, total) {
      decoded.delete(asin);
      const slot = slots.get(asin);
      if (slot !== undefined && downloadsAt(columns, slot) !== undefined) columns.downloads[slot] = total;
    },
    adopt(block, entries) {
      const chunk = chunks.push(block) - 1;
      let at = 0;
      for (const entry of entries) {
        const slot = newSlot(entry.asin);
        columns.chunk[slot] = chunk;
        columns.offset[slot] = at;
        columns.length[slot] = entry.length;
        note(slot, entry);
        at += entry.length;
      }
      live[chunk] = at;
    },
    asins: () => slots.keys(),
    idsOfOwner(userId) {
      const number = ownerNumbers.get(userId);
      if (number === undefined) return [];
      const found: string[] = [];
      const { owner } = columns;
      for (let slot = 0; slot < slots.size; slot += 1) {
        if (owner[slot] === number) found.push(asins[slot] ?? '');
      }
      return found;
    },
    idsOfCoOwner: (userId) =>
      [...coOwners].flatMap(([slot, users]) => (users.includes(userId) ? (asins[slot] ?? []) : [])),
    capture() {
      const count = slots.size;
      const kept = copyOf(columns, count);
      const held = [...chunks];
      const shared = new Map(coOwners);
      const recordAt = (slot: number): EncodedRecord => {
        const owner = kept.owner[slot] ?? NOBODY;
        return {
          asin: asins[slot] ?? '',
          revision: kept.revision[slot] ?? 0,
          downloads: downloadsAt(kept, slot),
          owners: owner === NOBODY ? [] : [owners[owner] ?? '', ...(shared.get(slot) ?? [])],
          json: bytesAt(kept, held, slot),
        };
      };
      const records = (function* () {
        for (let slot = 0; slot < count; slot += 1) yield recordAt(slot);
      })();
      return { count, records };
    },
  };
}

function decodeRecord(json: Uint8Array, downloads: number | undefined): AssetRecord {
  const text = Buffer.from(json.buffer, json.byteOffset, json.length).toString('utf8');
  const record = JSON.parse(text) as AssetRecord;
  // Counted without a new revision, and so kept beside the bytes.
  return record.status === 'published' && downloads !== undefined ? { ...record, downloads } : record;
}

function bytesAt(
  columns: RecordColumns,
  chunks: readonly (Uint8Array | undefined)[],
  slot: number,
): Uint8Array {
  const chunk = chunks[columns.chunk[slot] ?? 0];
  const offset = columns.offset[slot] ?? 0;
  if (chunk === undefined) throw new Error('a record lies in a chunk that is gone');
  return chunk.subarray(offset, offset + (columns.length[slot] ?? 0));
}

function downloadsAt(columns: RecordColumns, slot: number): number | undefined {
  const downloads = columns.downloads[slot] ?? NONE;
  return downloads === NONE ? undefined : downloads;
}
