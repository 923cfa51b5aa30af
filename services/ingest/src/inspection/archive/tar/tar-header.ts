import { Rejected } from '../../rejected.ts';

export const BLOCK_BYTES = 512;

/** One header block, with its name as bytes. */
export interface TarHeader {
  readonly name: Uint8Array;
  readonly size: number;
  /** One character; `'0'` for files, also of archives older than types. */
  readonly type: string;
}

// Mode, owner, group, time, device: not used here, but some readers end at the first one that is no number.
const OTHER_NUMBERS = [
  [100, 108],
  [108, 116],
  [116, 124],
  [136, 148],
  [329, 337],
  [337, 345],
] as const;

const MAGIC = { ustar: 'ustar\u000000', gnu: 'ustar  \0', none: '\0'.repeat(8) } as const;

/** Checks and parses a header block that is not all zeros. */
export function parseTarHeader(block: Uint8Array): TarHeader {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  if (octal(bytes.subarray(148, 156), 'checksum') !== checksum(bytes)) {
    throw new Rejected('archive.malformed', 'tar header checksum');
  }
  if (!OTHER_NUMBERS.every(([from, to]) => isNumber(bytes.subarray(from, to)))) {
    throw new Rejected('archive.malformed', 'tar header');
  }
  const magic = bytes.toString('latin1', 257, 265);
  const prefix = bytes.subarray(345, 500);
  if (magic !== MAGIC.ustar && magic !== MAGIC.gnu && magic !== MAGIC.none) {
    throw new Rejected('archive.malformed', 'tar header');
  }
  // What stands there in the other formats is taken for the first half of the name by some readers.
  if (magic !== MAGIC.ustar && prefix.some((byte) => byte !== 0)) {
    throw magic === MAGIC.gnu
      ? new Rejected('archive.unsupported_entry', 'a header of a sparse or incremental archive')
      : new Rejected('archive.ambiguous', 'tar header');
  }
  const name = upToNul(bytes.subarray(0, 100));
  const folder = magic === MAGIC.ustar ? upToNul(prefix) : prefix.subarray(0, 0);
  const type = String.fromCharCode(bytes[156] ?? 0);
  return {
    name: folder.length === 0 ? name : Buffer.concat([folder, Buffer.from('/'), name]),
    size: tarNumber(bytes.subarray(124, 136)),
    type: type === '\0' ? '0' : type,
  };
}

const ZEROS = Buffer.alloc(64 * 1024);

/** Whether all of it is zeros, however much it is. */
export function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length);
    if (Buffer.compare(part, ZEROS.subarray(0, part.length)) !== 0) return false;
  }
  return true;
}

export function upToNul(field: Uint8Array): Uint8Array {
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}

// The checksum counts its own field as spaces.
function checksum(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK_BYTES; i += 1) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  return sum;
}

function tarNumber(field: Buffer): number {
  const first = field[0] ?? 0;
  if (first < 0x80) return octal(field, 'size');
  // Base 256, big-endian; more than six bytes are a size that nobody has, and 0xff begins a negative one.
  if (first !== 0x80 || field.subarray(1, 6).some((byte) => byte !== 0)) {
    throw new Rejected('archive.malformed', 'tar header size');
  }
  return field.readUIntBE(6, 6);
}

function isNumber(field: Buffer): boolean {
  const first = field[0] ?? 0;
  return first === 0x80 || first === 0xff || /^ *[0-7]*[ \0]*$/.test(field.toString('latin1'));
}

function octal(field: Buffer, what: string): number {
  const [, digits] = /^ *([0-7]+)[ \0]*$/.exec(field.toString('latin1')) ?? [];
  if (digits === undefined) throw new Rejected('archive.malformed', `tar header ${what}`);
  return Number.parseInt(digits, 8);
}
