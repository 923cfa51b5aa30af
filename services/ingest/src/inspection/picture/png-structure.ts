import { crc32 } from 'node:zlib';

const SIGNATURE_BYTES = 8;
const AROUND_DATA = 12;

interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The chunks as they follow each other; ends with IEND, or before what is no whole chunk. */
function* chunksOf(bytes: Buffer): Generator<Chunk> {
  let start = SIGNATURE_BYTES;
  while (start + AROUND_DATA <= bytes.length) {
    const end = start + AROUND_DATA + bytes.readUInt32BE(start);
    if (end > bytes.length) return;
    const type = bytes.toString('latin1', start + 4, start + 8);
    yield { type, start, end };
    if (type === 'IEND') return;
    start = end;
  }
}

/** Every chunk up to IEND with its checksum. What comes after is not part of the picture. */
export function isWholePng(bytes: Buffer): boolean {
  for (const { type, start, end } of chunksOf(bytes)) {
    if (crc32(bytes.subarray(start + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return false;
    if (type === 'IEND') return true;
  }
  return false;
}

/** Of these each may unpack to megabytes, by the thousand, and nothing of them is shown. */
const PACKED_TEXTS = new Set(['zTXt', 'iTXt']);

/** A PNG without its compressed texts, which its decoder would unpack and keep. */
export function withoutPackedTexts(bytes: Buffer): Buffer {
  const kept: Buffer[] = [];
  let at = 0;
  for (const { type, start, end } of chunksOf(bytes)) {
    if (!PACKED_TEXTS.has(type)) continue;
    kept.push(bytes.subarray(at, start));
    at = end;
  }
  return at === 0 ? bytes : Buffer.concat([...kept, bytes.subarray(at)]);
}
