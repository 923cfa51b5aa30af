import { crc32 } from 'node:zlib';
import type { SnapshotRefusal } from './snapshot.ts';

export interface FileKind {
  /** What the file begins with: eight characters. */
  readonly magic: string;
  /** Grows with every change of what is in the file or how it is read. */
  readonly format: number;
}

const MAGIC_LENGTH = 8;
const PREAMBLE_LENGTH = MAGIC_LENGTH + 4;
const FRAME_HEADER_LENGTH = 8;
export const MAX_FRAME = 1 << 20;

export class SnapshotRefused extends Error {
  override readonly name = 'SnapshotRefused';
  readonly reason: SnapshotRefusal;

  constructor(reason: SnapshotRefusal) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Magic and format, then frames of at most 1 MiB, each with its length and a checksum that includes its
 * number, then an empty frame. What is missing, changed or in the wrong place is seen where it is.
 */
export function* framesOf(
  { magic, format }: FileKind,
  sections: Iterable<Uint8Array>,
): Generator<Uint8Array<ArrayBuffer>> {
  const preamble = Buffer.alloc(PREAMBLE_LENGTH);
  preamble.write(magic, 'latin1');
  preamble.writeUInt32LE(format, MAGIC_LENGTH);
  yield preamble;
  let number = 0;
  for (const section of sections) {
    for (let at = 0; at < section.length; at += MAX_FRAME) {
      yield frame(section.subarray(at, at + MAX_FRAME), number++);
    }
  }
  yield frame(new Uint8Array(0), number);
}

function frame(data: Uint8Array, number: number): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.alloc(FRAME_HEADER_LENGTH + data.length);
  bytes.writeUInt32LE(data.length, 0);
  bytes.writeUInt32LE(crc32(data, number + 1), 4);
  bytes.set(data, FRAME_HEADER_LENGTH);
  return bytes;
}

/** The content of each frame; throws `SnapshotRefused` where it is not what was written. */
export async function* readFrames(
  { magic, format }: FileKind,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const read = reader(chunks);
  const preamble = await read(PREAMBLE_LENGTH);
  if (preamble === undefined) throw new SnapshotRefused('torn');
  if (preamble.toString('latin1', 0, MAGIC_LENGTH) !== magic) throw new SnapshotRefused('corrupt');
  if (preamble.readUInt32LE(MAGIC_LENGTH) !== format) throw new SnapshotRefused('other_format');
  for (let number = 0; ; number += 1) {
    const header = await read(FRAME_HEADER_LENGTH);
    if (header === undefined) throw new SnapshotRefused('torn');
    const length = header.readUInt32LE(0);
    if (length > MAX_FRAME) throw new SnapshotRefused('corrupt');
    const data = await read(length);
    if (data === undefined) throw new SnapshotRefused('torn');
    if (crc32(data, number + 1) !== header.readUInt32LE(4)) throw new SnapshotRefused('corrupt');
    if (length === 0) break;
    yield data;
  }
  if ((await read(1)) !== undefined) throw new SnapshotRefused('torn');
}

/** Reads so many bytes; undefined: there are not that many left. */
function reader(chunks: AsyncIterable<Uint8Array>): (length: number) => Promise<Buffer | undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  return async (length) => {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      if (rest.length === 0) {
        const { done, value } = await iterator.next();
        if (done === true) return undefined;
        rest = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
        continue;
      }
      const part = rest.subarray(0, missing);
      parts.push(part);
      missing -= part.length;
      rest = rest.subarray(part.length);
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  };
}
