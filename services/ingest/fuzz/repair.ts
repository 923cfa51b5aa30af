import { crc32 } from 'node:zlib';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const BLOCK = 512;

/**
 * Makes right again what vouches for the other bytes, so that a change is not found by its checksum alone and
 * comes to what lies behind it. What has nothing of the kind stays as it is.
 */
export function repair(bytes: Buffer): Buffer {
  const start = bytes.toString('latin1', 0, 4);
  if (bytes.subarray(0, 8).equals(PNG)) return withChunkChecksums(Buffer.from(bytes));
  if (start === 'glTF' || start === 'RIFF') return withLength(Buffer.from(bytes), start);
  if (bytes.toString('latin1', 257, 262) === 'ustar') return withHeaderChecksums(Buffer.from(bytes));
  return bytes;
}

function withChunkChecksums(png: Buffer): Buffer {
  for (let at = PNG.length; at + 12 <= png.length;) {
    const end = at + 12 + png.readUInt32BE(at);
    if (end > png.length) break;
    png.writeUInt32BE(crc32(png.subarray(at + 4, end - 4)), end - 4);
    at = end;
  }
  return png;
}

function withLength(bytes: Buffer, magic: 'glTF' | 'RIFF'): Buffer {
  if (bytes.length < 12) return bytes;
  if (magic === 'glTF') bytes.writeUInt32LE(bytes.length, 8);
  else bytes.writeUInt32LE(bytes.length - 8, 4);
  return bytes;
}

function withHeaderChecksums(tar: Buffer): Buffer {
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.toString('latin1', 257, 262) !== 'ustar') break;
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const size = Number.parseInt(header.toString('latin1', 124, 135), 8);
    at += BLOCK * (1 + Math.ceil((Number.isNaN(size) ? 0 : size) / BLOCK));
  }
  return tar;
}
