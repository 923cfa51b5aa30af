import { assetRecordShape } from '@cairn/shared/records/asset-record-shape';
import { framesOf, MAX_FRAME, readFrames, SnapshotRefused } from '../search/snapshot-frames.ts';
import type { Restored } from '../search/snapshot.ts';
import type { EncodedRecord, RecordStore } from './record-store.ts';

const RECORD_FILE = { magic: 'CAIRNREC', format: 1 } as const;

/** What is kept of all records together. */
export interface RecordsHead {
  readonly seq: number;
  /** How many of them search finds. */
  readonly listed: number;
  /** What the views have derived of them, by the views' names. */
  readonly views: Readonly<Record<string, unknown>>;
}

interface WrittenHead extends RecordsHead {
  /** Records of another shape are read from the tables instead. */
  readonly shape: string;
  readonly records: number;
}

/** Of a record in a block's directory: revision, downloads, and how long json, asin and owners are. */
const ENTRY = { revision: 0, downloads: 4, json: 12, asin: 16, owners: 17, length: 19 } as const;
/** Of tombstones, which have no downloads. */
const NONE = -1;

/**
 * A replica's records, in frames: a head, then in turns the directory of some records and these themselves, side
 * by side as they will lie in memory. So nothing has to be decoded, and hardly anything copied, to start from it.
 */
export function* writeRecords(
  head: RecordsHead,
  records: Iterable<EncodedRecord>,
  count: number,
): Generator<Uint8Array> {
  const written: WrittenHead = { ...head, shape: assetRecordShape, records: count };
  const json = Buffer.from(JSON.stringify(written));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  yield* framesOf(RECORD_FILE, inSections([length, json], records));
}

function* inSections(head: readonly Uint8Array[], records: Iterable<EncodedRecord>): Generator<Uint8Array> {
  yield* head;
  let block: EncodedRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    // Neither a block nor its directory is longer than a frame, so that each is one.
    if (bytes + record.json.length > MAX_FRAME || block.length === MAX_BLOCK) {
      yield* sectionsOf(block);
      block = [];
      bytes = 0;
    }
    block.push(record);
    bytes += record.json.length;
  }
  if (block.length > 0) yield* sectionsOf(block);
}

/** Directories have room for entries with the longest texts. */
const MAX_BLOCK = 1_024;
const MAX_ASIN = 0xff;
const MAX_OWNERS = Math.floor(MAX_FRAME / MAX_BLOCK) - ENTRY.length - MAX_ASIN;

function* sectionsOf(block: readonly EncodedRecord[]): Generator<Uint8Array> {
  yield Buffer.concat(block.map(entryOf));
  yield Buffer.concat(block.map(({ json }) => json));
}

function entryOf({ asin, revision, downloads, owners, json }: EncodedRecord): Buffer {
  const names = owners.join(' ');
  if (asin.length > MAX_ASIN || names.length > MAX_OWNERS)
    throw new RangeError('a record has too many owners');
  const entry = Buffer.allocUnsafe(ENTRY.length + asin.length + names.length);
  entry.writeUInt32LE(revision, ENTRY.revision);
  entry.writeDoubleLE(downloads ?? NONE, ENTRY.downloads);
  entry.writeUInt32LE(json.length, ENTRY.json);
  entry.writeUInt8(asin.length, ENTRY.asin);
  entry.writeUInt16LE(names.length, ENTRY.owners);
  entry.write(asin + names, ENTRY.length, 'latin1');
  return entry;
}

export type ReadRecords = { readonly read: Restored; readonly head: RecordsHead | undefined };

/** Fills the store, which is of no use if the answer is a refusal. */
export async function readRecords(
  chunks: AsyncIterable<Uint8Array>,
  store: Pick<RecordStore, 'adopt' | 'size'>,
): Promise<ReadRecords> {
  try {
    const frames = readFrames(RECORD_FILE, chunks);
    const next = async () => (await frames.next()).value as Uint8Array | undefined;
    const head = await readHead(next);
    if (head.shape !== assetRecordShape) throw new SnapshotRefused('other_format');
    for (let directory = await next(); directory !== undefined; directory = await next()) {
      const block = await next();
      if (block === undefined) throw new SnapshotRefused('corrupt');
      store.adopt(block, entriesOf(directory));
    }
    if (store.size !== head.records) throw new SnapshotRefused('corrupt');
    return { read: { ok: true, seq: head.seq, documents: head.records }, head };
  } catch (error) {
    if (!(error instanceof SnapshotRefused)) throw error;
    return { read: { ok: false, reason: error.reason }, head: undefined };
  }
}

async function readHead(next: () => Promise<Uint8Array | undefined>): Promise<WrittenHead> {
  const length = await next();
  if (length?.length !== 4) throw new SnapshotRefused('corrupt');
  const parts: Uint8Array[] = [];
  for (let missing = Buffer.from(length).readUInt32LE(); missing > 0;) {
    const part = await next();
    if (part === undefined) throw new SnapshotRefused('corrupt');
    parts.push(part);
    missing -= part.length;
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as WrittenHead;
}

export interface DirectoryEntry extends Omit<EncodedRecord, 'json'> {
  /** Bytes of the record, which lies behind the one before. */
  readonly length: number;
}

function* entriesOf(directory: Uint8Array): Generator<DirectoryEntry> {
  const bytes = Buffer.from(directory.buffer, directory.byteOffset, directory.length);
  for (let at = 0; at < bytes.length;) {
    const asinAt = at + ENTRY.length;
    const ownersAt = asinAt + bytes.readUInt8(at + ENTRY.asin);
    const end = ownersAt + bytes.readUInt16LE(at + ENTRY.owners);
    const downloads = bytes.readDoubleLE(at + ENTRY.downloads);
    yield {
      asin: bytes.toString('latin1', asinAt, ownersAt),
      revision: bytes.readUInt32LE(at + ENTRY.revision),
      downloads: downloads === NONE ? undefined : downloads,
      owners: end === ownersAt ? [] : bytes.toString('latin1', ownersAt, end).split(' '),
      length: bytes.readUInt32LE(at + ENTRY.json),
    };
    at = end;
  }
}
