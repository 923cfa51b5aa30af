import { crc32, deflateRawSync } from 'node:zlib';
import { deflatedZeros } from './deflated-zeros.ts';
import type { HostileArchive } from './hostile-zip-structure.ts';
import { record } from './record-bytes.ts';
import {
  extraField,
  unicodePathField,
  unixMode,
  zip64Field,
  zipBytes,
  type ZipEntrySpec,
  type ZipSpec,
} from './zip-bytes.ts';

const FILE: ZipEntrySpec = { name: 'a.txt', content: 'some content', method: 'deflate' };
const OTHER: ZipEntrySpec = { name: 'b.txt', content: 'other content' };
const FULL = 0xffff_ffff;

const zip =
  (spec: Partial<ZipSpec> = {}) =>
  () =>
    zipBytes({ entries: [FILE, OTHER], ...spec });
const entry = (spec: Partial<ZipEntrySpec>) => zip({ entries: [{ ...FILE, ...spec }, OTHER] });

/** Content that ends in the middle, to who reads without the directory; another entry seems to follow. */
function endingTwice(start: string, width: 4 | 8 = 4): Buffer {
  const sizes = record([4, 0x08074b50], [4, crc32(start)], [width, start.length], [width, start.length]);
  const hidden = zipBytes({ entries: [{ name: 'hidden.exe', content: 'MZ' }] });
  return Buffer.concat([Buffer.from(start), sizes, hidden]);
}

const BOMBS: readonly HostileArchive[] = [
  [
    '200 MB of zeros',
    'archive.unpacked_too_large',
    entry({ data: deflatedZeros(200), both: { size: 200_000_000 } }),
  ],
  [
    'a declared size beyond all',
    'archive.entry_too_large',
    entry({ central: { packed: FULL, size: FULL, extra: zip64Field(2 ** 62, 14) } }),
  ],
  [
    'many large sizes',
    'archive.unpacked_too_large',
    zip({
      entries: Array.from({ length: 8 }, (_, i) => ({ ...FILE, name: `${i}`, central: { size: 2 ** 30 } })),
    }),
  ],
  [
    '100 MB of zeros declared as 10',
    'archive.size_mismatch',
    entry({ data: deflatedZeros(100), both: { size: 10 } }),
  ],
  [
    '10 MB of zeros declared as 5',
    'archive.size_mismatch',
    entry({ data: deflatedZeros(10), both: { size: 5_000_000 } }),
  ],
  ['a size declared too large', 'archive.size_mismatch', entry({ both: { size: 60_000_000 } })],
  [
    'a stored entry of two sizes',
    'archive.size_mismatch',
    entry({ method: 'stored', both: { size: 2 ** 25 } }),
  ],
];

const METHODS: readonly HostileArchive[] = [
  ['an encrypted entry', 'archive.encrypted', entry({ both: { flags: 1 } })],
  ['strong encryption', 'archive.encrypted', entry({ both: { flags: 1 << 6 } })],
  ['masked headers', 'archive.encrypted', entry({ both: { flags: 1 << 13 } })],
  ['AES by its method', 'archive.encrypted', entry({ both: { method: 99 } })],
  [
    'AES by its extra field',
    'archive.encrypted',
    entry({ both: { extra: extraField(0x9901, Buffer.alloc(7)) } }),
  ],
  [
    'strong encryption by its extra field',
    'archive.encrypted',
    entry({ both: { extra: extraField(0x17, Buffer.alloc(8)) } }),
  ],
  ['a local header that alone is encrypted', 'archive.header_mismatch', entry({ local: { flags: 1 } })],
  ['a version of the format that nobody has', 'archive.unsupported_method', entry({ both: { version: 64 } })],
  ['such a version in the local header', 'archive.unsupported_method', entry({ local: { version: 64 } })],
  ['patch data', 'archive.unsupported_method', entry({ both: { flags: 1 << 5 } })],
  ...[1, 6, 9, 12, 14, 93, 95, 98].map((method): HostileArchive => [
    `method ${method}`,
    'archive.unsupported_method',
    entry({ both: { method } }),
  ]),
];

const MODES: readonly HostileArchive[] = [
  [
    'a symbolic link',
    'archive.link',
    entry({ content: '/etc/passwd', both: { attributes: unixMode(0o120777) } }),
  ],
  [
    'a symbolic link made on DOS',
    'archive.link',
    entry({ both: { attributes: unixMode(0o120777), madeBy: 20 } }),
  ],
  [
    'a link that is a folder',
    'archive.link',
    entry({ name: 'a/', content: '', both: { attributes: unixMode(0o120777) } }),
  ],
  ['a reparse point', 'archive.link', entry({ both: { attributes: 0x400 } })],
  [
    'a link in a PKWARE field',
    'archive.link',
    entry({ both: { extra: extraField(0x0d, Buffer.from('123456789012/etc/passwd')) } }),
  ],
  [
    'a link in an ASi field',
    'archive.link',
    entry({
      both: {
        extra: extraField(
          0x756e,
          Buffer.concat([Buffer.alloc(4), Buffer.from([0xff, 0xa1]), Buffer.alloc(8)]),
        ),
      },
    }),
  ],
  [
    'a link named in an ASi field',
    'archive.link',
    entry({ both: { extra: extraField(0x756e, Buffer.alloc(20)) } }),
  ],
  ['a character device', 'archive.device', entry({ both: { attributes: unixMode(0o020644) } })],
  ['a block device', 'archive.device', entry({ both: { attributes: unixMode(0o060644) } })],
  ['a pipe', 'archive.device', entry({ both: { attributes: unixMode(0o010644) } })],
  ['a socket', 'archive.device', entry({ both: { attributes: unixMode(0o140644) } })],
  ['a volume label', 'archive.device', entry({ both: { attributes: 0x08 } })],
  [
    'a folder by its mode, a file by its name',
    'archive.ambiguous',
    entry({ both: { attributes: unixMode(0o040755) } }),
  ],
  [
    'a folder by its attribute, a file by its name',
    'archive.ambiguous',
    entry({ both: { attributes: 0x10 } }),
  ],
  ['a folder with content', 'archive.malformed', entry({ name: 'a/' })],
];

const MISMATCHES: readonly HostileArchive[] = [
  ['another name in the local header', 'archive.header_mismatch', entry({ local: { name: 'z.txt' } })],
  ['a longer name in the local header', 'archive.header_mismatch', entry({ local: { name: 'a.txt.exe' } })],
  ['another method in the local header', 'archive.header_mismatch', entry({ local: { method: 0 } })],
  ['a descriptor that only the directory knows', 'archive.header_mismatch', entry({ central: { flags: 8 } })],
  ['UTF-8 in the directory only', 'archive.header_mismatch', entry({ local: { flags: 1 << 11 } })],
  ['another checksum in the local header', 'archive.header_mismatch', entry({ local: { crc: 1 } })],
  ['another size in the local header', 'archive.header_mismatch', entry({ local: { size: 1 } })],
  ['another packed size in the local header', 'archive.header_mismatch', entry({ local: { packed: 1 } })],
  [
    'another size in the local zip64 field',
    'archive.header_mismatch',
    entry({ local: { size: FULL, packed: FULL, extra: zip64Field(99, 14) } }),
  ],
  [
    'a wrong checksum in a descriptor',
    'archive.header_mismatch',
    entry({ descriptor: 'signed', described: { crc: 1 } }),
  ],
  [
    'a wrong size in a descriptor',
    'archive.header_mismatch',
    entry({ descriptor: 'bare', described: { size: 1 } }),
  ],
  [
    'a wrong packed size in a long descriptor',
    'archive.header_mismatch',
    entry({ descriptor: 'signed64', described: { packed: 1 } }),
  ],
  [
    'a descriptor that nobody announced',
    'archive.header_mismatch',
    entry({ descriptor: 'signed', both: { flags: 0 } }),
  ],
  [
    'a descriptor within its stored content',
    'archive.ambiguous',
    zip({ entries: [{ name: 'a', content: endingTwice('innocent'), descriptor: 'signed' }, OTHER] }),
  ],
  [
    'a long descriptor within its stored content',
    'archive.ambiguous',
    zip({ entries: [{ name: 'a', content: endingTwice('innocent', 8), descriptor: 'signed64' }, OTHER] }),
  ],
  ['an announced descriptor that is missing', 'archive.extra_data', entry({ both: { flags: 8 } })],
  ['a wrong checksum', 'archive.checksum_mismatch', entry({ both: { crc: 1 } })],
  [
    'a wrong checksum of a stored entry',
    'archive.checksum_mismatch',
    entry({ method: 'stored', both: { crc: 1 } }),
  ],
  ['data that is no deflate stream', 'archive.corrupt', entry({ data: Buffer.alloc(20, 0xff) })],
  [
    'a truncated deflate stream',
    'archive.corrupt',
    entry({
      data: deflateRawSync(Buffer.alloc(1000, 'abc')).subarray(0, -2),
      content: Buffer.alloc(1000, 'abc'),
    }),
  ],
  [
    'data behind its deflate stream',
    'archive.extra_data',
    entry({ data: Buffer.concat([deflateRawSync(Buffer.from('some content')), Buffer.from('hidden')]) }),
  ],
  [
    'a lot of data behind its deflate stream',
    'archive.extra_data',
    entry({ data: Buffer.concat([deflateRawSync(Buffer.from('some content')), Buffer.alloc(3_000_000)]) }),
  ],
  [
    'another name in a Unicode field',
    'archive.ambiguous',
    entry({ central: { extra: unicodePathField('a.txt', 'b.exe') } }),
  ],
  [
    'another name in a local Unicode field',
    'archive.ambiguous',
    entry({ local: { extra: unicodePathField('a.txt', 'b.exe') } }),
  ],
  [
    'a Unicode field of another version',
    'archive.ambiguous',
    entry({ central: { extra: extraField(0x7075, Buffer.alloc(5)) } }),
  ],
  [
    'two zip64 fields',
    'archive.ambiguous',
    entry({ zip64: true, central: { extra: Buffer.concat([zip64Field(12, 14, 0), zip64Field(12, 14, 0)]) } }),
  ],
  ['a zip64 field that disagrees', 'archive.ambiguous', entry({ central: { extra: zip64Field(13, 14) } })],
  ['a zip64 field that is missing', 'archive.malformed', entry({ central: { size: FULL } })],
  [
    'an extra field that is cut off',
    'archive.malformed',
    entry({ central: { extra: Buffer.from([1, 2, 9, 0, 0]) } }),
  ],
];

/** Entries that lie about their content or are none. */
export const HOSTILE_ZIP_ENTRIES: readonly HostileArchive[] = [...BOMBS, ...METHODS, ...MODES, ...MISMATCHES];
