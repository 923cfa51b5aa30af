import { crc32 } from 'node:zlib';
import { assetRecordShape } from '@cairn/shared/records/asset-record-shape';
import type { Restored, SnapshotRefusal } from '../search/snapshot.ts';
import type { EncodedRecord } from './record-store.ts';

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 10;
const SPACE = 32;

/** An older snapshot is refused, whether these lines or the records in them were of another shape. */
const RECORDS_FORMAT = `1 ${assetRecordShape}`;

/**
 * A replica's records as lines: a head, `asin revision downloads json` for each, and an end that counts them
 * and has a checksum of all before it.
 */
export async function* writeRecords(
  seq: number,
  records: Iterable<EncodedRecord>,
): AsyncGenerator<Uint8Array> {
  let checksum = 0;
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  let count = 0;
  const cut = (): Uint8Array => {
    const chunk = Buffer.concat(gathered);
    checksum = crc32(chunk, checksum);
    gathered = [];
    bytes = 0;
    return chunk;
  };
  const add = (...parts: Uint8Array[]) => {
    for (const part of parts) {
      gathered.push(part);
      bytes += part.length;
    }
  };
  add(Buffer.from(`${JSON.stringify({ format: RECORDS_FORMAT, seq })}\n`));
  for (const { asin, revision, downloads, json } of records) {
    add(Buffer.from(`${asin} ${revision} ${downloads ?? '-'} `), json, LINE_END);
    count += 1;
    if (bytes >= CHUNK_BYTES) yield cut();
  }
  yield cut();
  yield Buffer.from(`${JSON.stringify({ records: count, checksum })}\n`);
}

const LINE_END = Buffer.from([NEWLINE]);

class RecordsRefused extends Error {
  readonly reason: SnapshotRefusal;
  constructor(reason: SnapshotRefusal) {
    super(`the records are ${reason}`);
    this.reason = reason;
  }
}

/** Hands over each record as it comes: only with the answer it is known whether they are worth anything. */
export async function readRecords(
  chunks: AsyncIterable<Uint8Array>,
  take: (record: EncodedRecord) => void,
): Promise<Restored> {
  let seq: number | undefined;
  let count = 0;
  let checksum = 0;
  let ended = false;

  function readLine(line: Buffer): void {
    if (ended) throw new RecordsRefused('corrupt');
    if (seq === undefined) {
      seq = readHead(line);
      return;
    }
    take(recordOf(line));
    count += 1;
  }

  function readEnd(line: Buffer): void {
    const end = parsed(line);
    if (end.records !== count || end.checksum !== checksum) throw new RecordsRefused('corrupt');
    ended = true;
  }

  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of chunks) {
      const arrived = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      const bytes = rest.length === 0 ? arrived : Buffer.concat([rest, arrived]);
      let from = 0;
      let summedTo = 0;
      for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
        const line = bytes.subarray(from, to);
        if (seq !== undefined && !ended && line[0] === BRACE) {
          checksum = crc32(bytes.subarray(summedTo, from), checksum);
          summedTo = from;
          readEnd(line);
        } else readLine(line);
        from = to + 1;
      }
      checksum = crc32(bytes.subarray(summedTo, from), checksum);
      rest = bytes.subarray(from);
    }
    if (!ended || rest.length > 0 || seq === undefined) throw new RecordsRefused('torn');
    return { ok: true, seq, documents: count };
  } catch (error) {
    if (error instanceof RecordsRefused) return { ok: false, reason: error.reason };
    throw error;
  }
}

const BRACE = 123;

function readHead(line: Buffer): number {
  const { format, seq } = parsed(line);
  if (typeof seq !== 'number') throw new RecordsRefused('corrupt');
  if (format !== RECORDS_FORMAT) throw new RecordsRefused('other_format');
  return seq;
}

function parsed(line: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(line.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new RecordsRefused('corrupt');
  }
}

function recordOf(line: Buffer): EncodedRecord {
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  const third = line.indexOf(SPACE, second + 1);
  if (first < 0 || second < 0 || third < 0) throw new RecordsRefused('corrupt');
  const downloads = line.toString('latin1', second + 1, third);
  const revision = Number(line.toString('latin1', first + 1, second));
  if (!Number.isInteger(revision)) throw new RecordsRefused('corrupt');
  return {
    asin: line.toString('latin1', 0, first),
    revision,
    downloads: downloads === '-' ? undefined : Number(downloads),
    json: line.subarray(third + 1),
  };
}
