import { crc32 } from 'node:zlib';
import type { ByteSource } from '../../byte-source.ts';
import { Rejected } from '../../rejected.ts';
import { byteCursor, wholeFile, type ByteCursor } from '../byte-cursor.ts';
import { inflate } from '../inflate.ts';

const TRAILER_BYTES = 8;
const HEADER_BYTES = 10;
const MAX_TEXT_BYTES = 1024;
const FLAG = { headerChecksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/**
 * The content of a gzip file of one member that fills it. Several members would be read by some and cut off
 * by others; so would be what follows a member. Throws `Rejected` at the end when the checksum is wrong.
 */
export async function* gunzip(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (source.size < HEADER_BYTES + TRAILER_BYTES) throw new Rejected('archive.incomplete');
  const cursor = byteCursor(wholeFile(source));
  try {
    await skipHeader(cursor);
    const packed = source.size - TRAILER_BYTES - cursor.position();
    if (packed < 0) throw new Rejected('archive.incomplete');
    let crc = 0;
    let size = 0;
    for await (const chunk of inflate(cursor.slices(packed), packed, 'gzip', 'archive.incomplete')) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
    const trailer = Buffer.from(await cursor.take(TRAILER_BYTES));
    if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== size % 2 ** 32) {
      throw new Rejected('archive.checksum_mismatch', 'gzip');
    }
    for await (const rest of cursor.remainder()) void rest;
  } finally {
    await cursor.close();
  }
}

async function skipHeader(cursor: ByteCursor): Promise<void> {
  const fixed = Buffer.from(await cursor.take(HEADER_BYTES));
  const flags = fixed[3] ?? 0;
  if (fixed.readUInt16BE(0) !== 0x1f8b || fixed[2] !== 8 || flags & FLAG.reserved) {
    throw new Rejected('archive.malformed', 'gzip header');
  }
  let checksum = crc32(fixed);
  const take = async (length: number): Promise<Buffer> => {
    const bytes = Buffer.from(await cursor.take(length));
    checksum = crc32(bytes, checksum);
    return bytes;
  };
  const skipText = async (): Promise<void> => {
    for (let length = 0; (await take(1))[0] !== 0; length += 1) {
      if (length >= MAX_TEXT_BYTES) throw new Rejected('archive.malformed', 'gzip header');
    }
  };
  if (flags & FLAG.extra) await take((await take(2)).readUInt16LE());
  if (flags & FLAG.name) await skipText();
  if (flags & FLAG.comment) await skipText();
  const expected = checksum & 0xffff;
  if (flags & FLAG.headerChecksum && Buffer.from(await cursor.take(2)).readUInt16LE() !== expected) {
    throw new Rejected('archive.checksum_mismatch', 'gzip header');
  }
}
