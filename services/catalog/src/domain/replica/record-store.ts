import type { AssetRecord } from '@cairn/shared/records/asset-record';

const FIRST_CHUNK_BYTES = 64 << 10;
const LARGEST_CHUNK_BYTES = 4 << 20;
const FIRST_SLOTS = 1_024;
/** Records that were read of late, which are the same object until they change. */
const MAX_DECODED = 4_096;
/** Of tombstones, which have no downloads. */
const NONE = -1;

/** A record as bytes, with what must be known of it without reading them. */
export interface EncodedRecord {
  readonly asin: string;
  readonly revision: number;
  /** undefined: it is a tombstone. */
  readonly downloads: number | undefined;
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
  setEncoded(record: EncodedRecord): void;
  setDownloads(asin: string, total: number): void;
  asins(): IterableIterator<string>;
  /** All as they are now, whatever changes while they are read. */
  capture(): Iterable<EncodedRecord>;
}

export function createRecordStore(): RecordStore {
  const slots = new Map<string, number>();
  const decoded = new Map<string, AssetRecord>();
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

  function setEncoded({ asin, revision, downloads, json }: EncodedRecord): void {
    decoded.delete(asin);
    let slot = slots.get(asin);
    if (slot === undefined) {
      slot = slots.size;
      slots.set(asin, slot);
      if (slot === columns.revision.length) columns = grown(columns);
    } else forget(slot);
    append(slot, json);
    columns.revision[slot] = revision;
    columns.downloads[slot] = downloads ?? NONE;
  }

  function downloadsOf(asin: string): number | undefined {
    const slot = slots.get(asin);
    return slot === undefined ? undefined : downloadsAt(columns, slot);
  }

  return {
    get size() {
      return slots.size;
    },
    get(asin) {
      const known = decoded.get(asin);
      if (known !== undefined) return known;
      const slot = slots.get(asin);
      if (slot === undefined) return undefined;
      const json = bytesAt(columns, chunks, slot);
      const record = decodeRecord({ downloads: downloadsAt(columns, slot), json });
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
      const downloads = record.status === 'published' ? record.downloads : undefined;
      setEncoded({ asin, revision, downloads, json: Buffer.from(JSON.stringify(record)) });
    },
    setEncoded,
    setDownloads(asin, total) {
      decoded.delete(asin);
      const slot = slots.get(asin);
      if (slot !== undefined && downloadsAt(columns, slot) !== undefined) columns.downloads[slot] = total;
    },
    asins: () => slots.keys(),
    capture() {
      const asins = [...slots.keys()];
      const kept = copyOf(columns, asins.length);
      const held = [...chunks];
      return (function* () {
        for (const [slot, asin] of asins.entries()) {
          const revision = kept.revision[slot] ?? 0;
          yield { asin, revision, downloads: downloadsAt(kept, slot), json: bytesAt(kept, held, slot) };
        }
      })();
    },
  };
}

export function decodeRecord({ downloads, json }: Pick<EncodedRecord, 'downloads' | 'json'>): AssetRecord {
  const text = Buffer.from(json.buffer, json.byteOffset, json.length).toString('utf8');
  const record = JSON.parse(text) as AssetRecord;
  // Counted without a new revision, and so kept beside the bytes.
  return record.status === 'published' && downloads !== undefined ? { ...record, downloads } : record;
}

interface Columns {
  readonly chunk: Uint32Array;
  readonly offset: Uint32Array;
  readonly length: Uint32Array;
  readonly revision: Uint32Array;
  readonly downloads: Float64Array;
}

const columnsFor = (slots: number): Columns => ({
  chunk: new Uint32Array(slots),
  offset: new Uint32Array(slots),
  length: new Uint32Array(slots),
  revision: new Uint32Array(slots),
  downloads: new Float64Array(slots),
});

function grown(columns: Columns): Columns {
  const larger = columnsFor(Math.ceil(columns.revision.length * 1.5));
  for (const name of ['chunk', 'offset', 'length', 'revision', 'downloads'] as const) {
    larger[name].set(columns[name]);
  }
  return larger;
}

const copyOf = (columns: Columns, slots: number): Columns => ({
  chunk: columns.chunk.slice(0, slots),
  offset: columns.offset.slice(0, slots),
  length: columns.length.slice(0, slots),
  revision: columns.revision.slice(0, slots),
  downloads: columns.downloads.slice(0, slots),
});

function bytesAt(columns: Columns, chunks: readonly (Uint8Array | undefined)[], slot: number): Uint8Array {
  const chunk = chunks[columns.chunk[slot] ?? 0];
  const offset = columns.offset[slot] ?? 0;
  if (chunk === undefined) throw new Error('a record lies in a chunk that is gone');
  return chunk.subarray(offset, offset + (columns.length[slot] ?? 0));
}

function downloadsAt(columns: Columns, slot: number): number | undefined {
  const downloads = columns.downloads[slot] ?? NONE;
  return downloads === NONE ? undefined : downloads;
}
