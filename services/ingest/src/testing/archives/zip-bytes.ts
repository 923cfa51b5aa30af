import { crc32, deflateRawSync } from 'node:zlib';
import { record } from './record-bytes.ts';

/** The fields of a local header and of its twin in the central directory, each settable. */
export interface ZipHeader {
  signature: number;
  madeBy: number;
  version: number;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  name: string | Buffer;
  extra: Buffer;
  comment: string;
  disk: number;
  attributes: number;
  offset: number;
}

export interface ZipEntrySpec {
  readonly name: string | Buffer;
  readonly content?: Buffer | string;
  readonly method?: 'stored' | 'deflate';
  /** Sizes and checksum follow the data, as writers to a pipe do it. */
  readonly descriptor?: 'signed' | 'bare' | 'signed64' | 'bare64';
  /** Sizes in zip64 fields, whether they need it or not. */
  readonly zip64?: boolean;
  /** What is in the file instead of the packed content. */
  readonly data?: Buffer;
  readonly both?: Partial<ZipHeader>;
  readonly local?: Partial<ZipHeader>;
  readonly central?: Partial<ZipHeader>;
  /** Instead of the descriptor's own numbers. */
  readonly described?: Partial<Pick<ZipHeader, 'crc' | 'packed' | 'size'>>;
  readonly before?: Buffer;
}

export interface EndRecordFields {
  disk: number;
  directoryDisk: number;
  entriesHere: number;
  entries: number;
  directoryBytes: number;
  directoryOffset: number;
}

export interface ZipSpec {
  readonly entries: readonly ZipEntrySpec[];
  readonly prefix?: Buffer;
  /** The offsets count the prefix, as a careful self-extractor writes them. */
  readonly prefixCounted?: boolean;
  readonly beforeDirectory?: Buffer;
  readonly afterDirectory?: Buffer;
  readonly end?: Partial<EndRecordFields>;
  readonly zip64End?: boolean | Partial<EndRecordFields & { recordOffset: number; disks: number }>;
  readonly comment?: Buffer;
  readonly suffix?: Buffer;
  /** Positions of entries in the directory. */
  readonly order?: readonly number[];
}

const FULL = 0xffff_ffff;

export function extraField(id: number, data: Buffer): Buffer {
  return Buffer.concat([record([2, id], [2, data.length]), data]);
}

export function zip64Field(...values: readonly number[]): Buffer {
  return extraField(1, Buffer.concat(values.map((value) => record([8, value]))));
}

/** Extra field 0x7075: another name, tied to the header's by its checksum. */
export function unicodePathField(headerName: string, name: string): Buffer {
  const checksum = record([4, crc32(headerName)]);
  return extraField(0x7075, Buffer.concat([Buffer.from([1]), checksum, Buffer.from(name)]));
}

/** The external attributes of a Unix file mode. */
export const unixMode = (mode: number): number => mode * 0x1_0000;

function localHeader(header: ZipHeader): Buffer {
  const name = Buffer.from(header.name);
  return Buffer.concat([
    record([4, header.signature], [2, header.version], [2, header.flags], [2, header.method], [4, 0]),
    record([4, header.crc], [4, header.packed], [4, header.size], [2, name.length], [2, header.extra.length]),
    name,
    header.extra,
  ]);
}

function centralHeader(header: ZipHeader): Buffer {
  const name = Buffer.from(header.name);
  const comment = Buffer.from(header.comment);
  return Buffer.concat([
    record(
      [4, header.signature],
      [2, header.madeBy],
      [2, header.version],
      [2, header.flags],
      [2, header.method],
      [4, 0],
    ),
    record([4, header.crc], [4, header.packed], [4, header.size], [2, name.length], [2, header.extra.length]),
    record([2, comment.length], [2, header.disk], [2, 0], [4, header.attributes], [4, header.offset]),
    name,
    header.extra,
    comment,
  ]);
}

function descriptorOf(spec: ZipEntrySpec, truth: ZipHeader): Buffer {
  if (spec.descriptor === undefined) return Buffer.alloc(0);
  const { crc, packed, size } = { ...truth, ...spec.described };
  const width = spec.descriptor.endsWith('64') ? 8 : 4;
  const numbers = record([4, crc], [width, packed], [width, size]);
  return spec.descriptor.startsWith('signed') ? Buffer.concat([record([4, 0x08074b50]), numbers]) : numbers;
}

function isAscii(name: string | Buffer): boolean {
  return Buffer.from(name).every((byte) => byte < 0x80);
}

function buildEntry(spec: ZipEntrySpec, offset: number): { bytes: Buffer; central: Buffer } {
  const content = Buffer.from(spec.content ?? '');
  const deflated = spec.method === 'deflate';
  const data = spec.data ?? (deflated ? deflateRawSync(content) : content);
  const truth: ZipHeader = {
    signature: 0x04034b50,
    madeBy: (3 << 8) | 20,
    version: 20,
    flags: (spec.descriptor === undefined ? 0 : 8) | (isAscii(spec.name) ? 0 : 1 << 11),
    method: deflated ? 8 : 0,
    crc: crc32(content),
    packed: data.length,
    size: content.length,
    name: spec.name,
    extra: Buffer.alloc(0),
    comment: '',
    disk: 0,
    attributes: unixMode(spec.name.toString().endsWith('/') ? 0o040755 : 0o100644),
    offset,
    ...spec.both,
  };
  const late = spec.descriptor === undefined ? {} : { crc: 0, packed: 0, size: 0 };
  const known = { ...truth, ...late };
  const local =
    spec.zip64 === true
      ? { ...known, packed: FULL, size: FULL, extra: zip64Field(known.size, known.packed) }
      : known;
  const central =
    spec.zip64 === true
      ? {
          ...truth,
          packed: FULL,
          size: FULL,
          offset: FULL,
          extra: zip64Field(truth.size, truth.packed, offset),
        }
      : truth;
  return {
    bytes: Buffer.concat([localHeader({ ...local, ...spec.local }), data, descriptorOf(spec, truth)]),
    central: centralHeader({ ...central, signature: 0x02014b50, ...spec.central }),
  };
}

/** The bytes of a zip, right or wrong in every field. */
export function zipBytes(spec: ZipSpec): Buffer {
  const prefix = spec.prefix ?? Buffer.alloc(0);
  const pieces: Buffer[] = [prefix];
  let at = spec.prefixCounted === true ? prefix.length : 0;
  const append = (bytes: Buffer): void => {
    pieces.push(bytes);
    at += bytes.length;
  };
  const centrals = spec.entries.map((entry) => {
    append(entry.before ?? Buffer.alloc(0));
    const { bytes, central } = buildEntry(entry, at);
    append(bytes);
    return central;
  });
  append(spec.beforeDirectory ?? Buffer.alloc(0));
  const order = spec.order ?? centrals.map((_, i) => i);
  const directory = Buffer.concat(order.map((i) => centrals[i] ?? Buffer.alloc(0)));
  const truth: EndRecordFields = {
    disk: 0,
    directoryDisk: 0,
    entriesHere: centrals.length,
    entries: centrals.length,
    directoryBytes: directory.length,
    directoryOffset: at,
  };
  append(directory);
  append(spec.afterDirectory ?? Buffer.alloc(0));
  if (spec.zip64End !== undefined && spec.zip64End !== false) {
    append(
      zip64End({ ...truth, recordOffset: at, disks: 1, ...(spec.zip64End === true ? {} : spec.zip64End) }),
    );
  }
  append(endRecord({ ...truth, ...spec.end }, spec.comment));
  append(spec.suffix ?? Buffer.alloc(0));
  return Buffer.concat(pieces);
}

export function endRecord(end: EndRecordFields, comment: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([
    record([4, 0x06054b50], [2, end.disk], [2, end.directoryDisk], [2, end.entriesHere], [2, end.entries]),
    record([4, end.directoryBytes], [4, end.directoryOffset], [2, comment.length]),
    comment,
  ]);
}

function zip64End(end: EndRecordFields & { recordOffset: number; disks: number }): Buffer {
  return Buffer.concat([
    record([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, end.disk], [4, end.directoryDisk]),
    record([8, end.entriesHere], [8, end.entries], [8, end.directoryBytes], [8, end.directoryOffset]),
    record([4, 0x07064b50], [4, 0], [8, end.recordOffset], [4, end.disks]),
  ]);
}
