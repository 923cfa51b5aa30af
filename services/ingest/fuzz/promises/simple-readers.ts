import { inflateRawSync } from 'node:zlib';

const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const BLOCK = 512;

type Files = Map<string, Buffer | undefined>;

/**
 * Reads a zip as most programs do: from the last end record through the directory to the entries. It checks
 * nothing. The content is undefined where zip64 says where it is.
 */
export function readZipSimply(zip: Buffer): Files {
  const end = zip.lastIndexOf('PK\u0005\u0006', -END_BYTES);
  let at = zip.readUInt32LE(end + 16);
  if (at === 0xffff_ffff) at = zip.indexOf('PK\u0001\u0002');
  const files: Files = new Map();
  while (zip.toString('latin1', at, at + 4) === 'PK\u0001\u0002') {
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const path = zip.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + name).normalize('NFC');
    if (!path.endsWith('/')) files.set(path, contentOf(zip, at));
    at += CENTRAL_BYTES + name + extra + comment;
  }
  return files;
}

function contentOf(zip: Buffer, central: number): Buffer | undefined {
  const [packed, size, at] = [20, 24, 42].map((field) => zip.readUInt32LE(central + field)) as [
    number,
    number,
    number,
  ];
  if ([packed, size, at].includes(0xffff_ffff)) return undefined;
  const start = at + LOCAL_BYTES + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  const data = zip.subarray(start, start + packed);
  return zip.readUInt16LE(central + 10) === 8 ? inflateRawSync(data) : data;
}

/** Reads a tar as most programs do, with the long names of POSIX and GNU. It checks nothing. */
export function readTarSimply(tar: Buffer): Files {
  const files: Files = new Map();
  let long: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const header = tar.subarray(at, at + BLOCK);
    const size = sizeOf(header);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    const type = header.toString('latin1', 156, 157);
    if (type === 'L') long = textOf(content);
    else if (type === 'x') long = /\d+ path=([^\n]*)\n/.exec(content.toString())?.[1] ?? long;
    else if (type !== 'g') {
      const path = (long ?? nameOf(header)).replace(/^(\.\/)+/, '').normalize('NFC');
      // The oldest tars tell folders by their names.
      if (type !== '5' && !path.endsWith('/')) files.set(path, content);
      long = undefined;
    }
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  return files;
}

function sizeOf(header: Buffer): number {
  if (((header[124] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(textOf(header.subarray(124, 136)).trim(), 8) || 0;
}

function nameOf(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? textOf(header.subarray(345, 500)) : '';
  const name = textOf(header.subarray(0, 100));
  return prefix === '' ? name : `${prefix}/${name}`;
}

const textOf = (field: Buffer): string => field.toString('utf8').split('\0')[0] ?? '';
