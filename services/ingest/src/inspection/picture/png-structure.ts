import { crc32 } from 'node:zlib';

const SIGNATURE_BYTES = 8;
const AROUND_DATA = 12;

/** Every chunk up to IEND with its checksum. What comes after is not part of the picture. */
export function isWholePng(bytes: Buffer): boolean {
  let at = SIGNATURE_BYTES;
  while (at + AROUND_DATA <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const end = at + AROUND_DATA + length;
    if (end > bytes.length) return false;
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return false;
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return true;
    at = end;
  }
  return false;
}
