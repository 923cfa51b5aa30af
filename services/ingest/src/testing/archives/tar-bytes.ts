import { crc32, deflateRawSync } from 'node:zlib';
import { record } from './record-bytes.ts';

/** The fields of a tar header that a test may want to set; text as it is written. */
export interface TarEntrySpec {
  readonly name: string | Buffer;
  readonly content?: Buffer | string;
  readonly type?: string;
  readonly magic?: string;
  readonly mode?: string;
  readonly prefix?: string;
  readonly linkName?: string;
  /** The size in the header: a number in octal, or the field's own bytes. */
  readonly size?: number | Buffer;
  readonly checksum?: number;
  /** What follows the header instead of the content and its padding. */
  readonly data?: Buffer;
}

const BLOCK = 512;

const USTAR = 'ustar\u000000';
export const GNU = 'ustar  \0';

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

export function tarEntry(spec: TarEntrySpec): Buffer {
  const content = Buffer.from(spec.content ?? '');
  const header = Buffer.alloc(BLOCK);
  Buffer.from(spec.name).copy(header, 0, 0, 100);
  header.write(spec.mode ?? octal(0o644, 8), 100, 'latin1');
  header.write(octal(0, 8), 108, 'latin1');
  header.write(octal(0, 8), 116, 'latin1');
  const size = spec.size ?? content.length;
  if (typeof size === 'number') header.write(octal(size, 12), 124, 'latin1');
  else size.copy(header, 124);
  header.write(octal(0, 12), 136, 'latin1');
  header.write(spec.type ?? '0', 156, 'latin1');
  header.write(spec.linkName ?? '', 157, 100, 'utf8');
  header.write(spec.magic ?? USTAR, 257, 'latin1');
  header.write(spec.prefix ?? '', 345, 155, 'utf8');
  header.fill(' ', 148, 156);
  const checksum = spec.checksum ?? header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, spec.data ?? padded(content)]);
}

/** A size as GNU writes what has no room in octal. */
export function base256(size: number): Buffer {
  const field = Buffer.alloc(12);
  field.writeBigUInt64BE(BigInt(size), 4);
  field[0] = 0x80;
  return field;
}

/** The lines of an extended header; each begins with its own length. */
export function paxRecords(records: readonly (readonly [key: string, value: string | Buffer])[]): Buffer {
  return Buffer.concat(
    records.map(([key, value]) => {
      const line = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
      const guess = line.length + String(line.length).length;
      const length = line.length + String(guess).length;
      return Buffer.concat([Buffer.from(String(length)), line]);
    }),
  );
}

export function paxHeader(records: Parameters<typeof paxRecords>[0], type: 'x' | 'g' = 'x'): Buffer {
  return tarEntry({ name: 'PaxHeaders/next', type, content: paxRecords(records) });
}

export function gnuLongName(name: string): Buffer {
  return tarEntry({ name: '././@LongLink', type: 'L', magic: GNU, content: `${name}\0` });
}

const TAR_END = Buffer.alloc(2 * BLOCK);

/** Entries, made or given as bytes, and the two blocks that end a tar. */
export function tarBytes(entries: readonly (TarEntrySpec | Buffer)[], end: Buffer = TAR_END): Buffer {
  return Buffer.concat([...entries.map((entry) => (Buffer.isBuffer(entry) ? entry : tarEntry(entry))), end]);
}

export interface GzipSpec {
  readonly flags?: number;
  /** What follows the fixed header, as the flags ask. */
  readonly fields?: Buffer;
  readonly packed?: Buffer;
  readonly crc?: number;
  readonly size?: number;
}

export function gzipBytes(content: Buffer, spec: GzipSpec = {}): Buffer {
  return Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, spec.flags ?? 0, 0, 0, 0, 0, 0, 3]),
    spec.fields ?? Buffer.alloc(0),
    spec.packed ?? deflateRawSync(content),
    record([4, spec.crc ?? crc32(content)], [4, spec.size ?? content.length]),
  ]);
}
