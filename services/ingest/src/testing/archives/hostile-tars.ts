import { deflateRawSync } from 'node:zlib';
import { deflatedZeros } from './deflated-zeros.ts';
import type { HostileArchive } from './hostile-zip-structure.ts';
import {
  base256,
  gnuLongName,
  GNU,
  gzipBytes,
  paxHeader,
  tarBytes,
  tarEntry,
  type GzipSpec,
  type TarEntrySpec,
} from './tar-bytes.ts';

const FILE: TarEntrySpec = { name: 'a.txt', content: 'some content' };
const OTHER: TarEntrySpec = { name: 'b.txt', content: 'other content' };

const tar =
  (...entries: (TarEntrySpec | Buffer)[]) =>
  () =>
    tarBytes(entries);
const entry = (spec: Partial<TarEntrySpec>) => tar({ ...FILE, ...spec }, OTHER);
const plain = tarBytes([FILE, OTHER]);
const typed = (type: string): (() => Buffer) => entry({ type, content: '', linkName: '/etc/passwd' });

/** Every way that is known to make a tar lie. */
export const HOSTILE_TARS: readonly HostileArchive[] = [
  ['nothing at all', 'archive.incomplete', () => Buffer.alloc(0)],
  ['no end', 'archive.incomplete', () => tarBytes([FILE, OTHER], Buffer.alloc(0))],
  ['half an end', 'archive.incomplete', () => tarBytes([FILE, OTHER], Buffer.alloc(512))],
  ['half a block at its end', 'archive.incomplete', () => tarBytes([FILE], Buffer.alloc(1300))],
  ['half of its content', 'archive.incomplete', () => plain.subarray(0, 520)],
  ['no entries', 'archive.empty', tar()],
  ['folders only', 'archive.empty', tar({ name: './', type: '5' }, { name: 'a/', type: '5' })],
  ['data after its end', 'archive.extra_data', () => Buffer.concat([plain, Buffer.from('x')])],
  ['another tar after its end', 'archive.extra_data', () => Buffer.concat([plain, plain])],
  ['an entry between the blocks of its end', 'archive.extra_data', tar(FILE, Buffer.alloc(512), OTHER)],
  ['a wrong header checksum', 'archive.malformed', entry({ checksum: 1 })],
  ['a mode that is no number', 'archive.malformed', entry({ mode: '0000x44\0' })],
  ['another magic', 'archive.malformed', entry({ magic: 'USTAR\u000000' })],
  [
    'half of a name where the oldest tars have none',
    'archive.ambiguous',
    entry({ magic: '', prefix: '../..' }),
  ],
  ['half of a name where GNU has none', 'archive.unsupported_entry', entry({ magic: GNU, prefix: '../..' })],
  ['a name that climbs out of its prefix', 'archive.name_escapes', entry({ prefix: '..' })],
  ['a symbolic link', 'archive.link', typed('2')],
  ['a hard link', 'archive.link', typed('1')],
  [
    'a long link name',
    'archive.link',
    tar(tarEntry({ name: '././@LongLink', type: 'K', content: 'x' }), FILE),
  ],
  ['a character device', 'archive.device', typed('3')],
  ['a block device', 'archive.device', typed('4')],
  ['a pipe', 'archive.device', typed('6')],
  ['a sparse file', 'archive.unsupported_entry', typed('S')],
  [
    'a sparse file in an extended header',
    'archive.unsupported_entry',
    tar(paxHeader([['GNU.sparse.major', '1']]), FILE),
  ],
  ['a part of a volume', 'archive.unsupported_entry', typed('M')],
  ['a volume label', 'archive.unsupported_entry', typed('V')],
  ['an unknown type', 'archive.unsupported_entry', typed('Z')],
  ['a folder with content', 'archive.malformed', entry({ name: 'a/', type: '5' })],
  ['a file with the name of a folder', 'archive.ambiguous', entry({ name: 'a/' })],
  ['a size that is no number', 'archive.malformed', entry({ size: Buffer.from('99999999999\0') })],
  ['a negative size', 'archive.malformed', entry({ size: Buffer.alloc(12, 0xff) })],
  [
    'a size beyond all',
    'archive.malformed',
    entry({ size: Buffer.concat([Buffer.from([0x80]), Buffer.alloc(11, 0xff)]) }),
  ],
  ['a size of a terabyte', 'archive.unpacked_too_large', entry({ size: base256(2 ** 40) })],
  ['a size beyond its end', 'archive.incomplete', entry({ size: 5000 })],
  ['a size that hides the next entry', 'archive.malformed', entry({ size: 1024 })],
  ['two sizes', 'archive.ambiguous', tar(paxHeader([['size', '1024']]), FILE)],
  [
    'a size that is no number in an extended header',
    'archive.malformed',
    tar(paxHeader([['size', '-1']]), FILE),
  ],
  [
    'two extended paths',
    'archive.ambiguous',
    tar(
      paxHeader([
        ['path', 'b'],
        ['path', 'c'],
      ]),
      FILE,
    ),
  ],
  [
    'two extended headers',
    'archive.ambiguous',
    tar(paxHeader([['path', 'b']]), paxHeader([['path', 'c']]), FILE),
  ],
  [
    'two kinds of extended headers',
    'archive.ambiguous',
    tar(paxHeader([['path', 'b']]), gnuLongName('c'), FILE),
  ],
  [
    'two kinds of extended headers, turned',
    'archive.ambiguous',
    tar(gnuLongName('c'), paxHeader([['size', '12']]), FILE),
  ],
  [
    'an extended header between',
    'archive.ambiguous',
    tar(paxHeader([['path', 'b']]), paxHeader([['comment', 'c']], 'g'), FILE),
  ],
  ['a path for all entries', 'archive.ambiguous', tar(paxHeader([['path', 'b']], 'g'), FILE)],
  ['a size for all entries', 'archive.ambiguous', tar(paxHeader([['size', '1']], 'g'), FILE)],
  ['an extended header of nothing', 'archive.malformed', tar(FILE, paxHeader([['path', 'b']]))],
  [
    'an extended header that is cut off',
    'archive.malformed',
    tar(tarEntry({ name: 'x', type: 'x', content: '99 path=a\n' }), FILE),
  ],
  [
    'an extended header without a key',
    'archive.malformed',
    tar(tarEntry({ name: 'x', type: 'x', content: '7 path\n' }), FILE),
  ],
  [
    'an extended header without numbers',
    'archive.malformed',
    tar(tarEntry({ name: 'x', type: 'x', content: 'path=a\n' }), FILE),
  ],
  [
    'a huge extended header',
    'archive.name_too_long',
    tar(tarEntry({ name: 'x', type: 'x', content: Buffer.alloc(2 ** 21) }), FILE),
  ],
  ['an extended path that climbs', 'archive.name_escapes', tar(paxHeader([['path', '../../a']]), FILE)],
  ['an extended path with a NUL', 'archive.name_hidden_characters', tar(paxHeader([['path', 'a\0b']]), FILE)],
  ['a long path that climbs', 'archive.name_escapes', tar(gnuLongName(`${'a/'.repeat(20)}../../b`), FILE)],
  [
    '20,001 entries',
    'archive.too_many_entries',
    tar(...Array.from({ length: 20_001 }, (_, i) => ({ name: `${i}` }))),
  ],
  [
    '20,001 headers of all entries',
    'archive.too_many_entries',
    tar(...Array.from({ length: 20_001 }, () => paxHeader([['a', 'b']], 'g'))),
  ],
];

const gzip =
  (content: Buffer, spec: GzipSpec = {}) =>
  () =>
    gzipBytes(content, spec);
const packed = gzipBytes(plain);

/** Every way that is known to make a gzip lie, with tars inside. */
export const HOSTILE_GZIPS: readonly HostileArchive[] = [
  ['nothing at all', 'archive.incomplete', () => Buffer.alloc(0)],
  ['no trailer', 'archive.incomplete', () => packed.subarray(0, -8)],
  ['half of its content', 'archive.incomplete', () => packed.subarray(0, packed.length / 2)],
  ['another magic', 'archive.malformed', () => Buffer.concat([Buffer.from('BZ'), packed.subarray(2)])],
  ['reserved flags', 'archive.malformed', gzip(plain, { flags: 0x20 })],
  ['a name without an end', 'archive.malformed', gzip(plain, { flags: 8, fields: Buffer.alloc(5000, 'a') })],
  [
    'a wrong header checksum',
    'archive.checksum_mismatch',
    gzip(plain, { flags: 2, fields: Buffer.from('no') }),
  ],
  ['a wrong checksum', 'archive.checksum_mismatch', gzip(plain, { crc: 1 })],
  ['a wrong size', 'archive.checksum_mismatch', gzip(plain, { size: 1 })],
  ['data that is no deflate stream', 'archive.corrupt', gzip(plain, { packed: Buffer.alloc(99, 0xff) })],
  ['data after it', 'archive.extra_data', () => Buffer.concat([packed, Buffer.from('x')])],
  ['zeros after it', 'archive.extra_data', () => Buffer.concat([packed, Buffer.alloc(512)])],
  ['a second member', 'archive.extra_data', () => Buffer.concat([packed, packed])],
  [
    'data behind its deflate stream',
    'archive.extra_data',
    gzip(plain, { packed: Buffer.concat([deflateRawSync(plain), Buffer.from('hidden')]) }),
  ],
  ['no tar', 'archive.malformed', gzip(Buffer.alloc(2000, 'text '))],
  ['a declared bomb', 'archive.unpacked_too_large', gzip(tarBytes([{ ...FILE, size: 200_000_000 }]))],
  [
    '200 MB of zeros in a file',
    'archive.unpacked_too_large',
    gzip(plain, {
      packed: deflatedZeros(200, tarEntry({ ...FILE, size: 200_000_000, data: Buffer.alloc(0) })),
    }),
  ],
  [
    '200 MB of zeros at its end',
    'archive.unpacked_too_large',
    gzip(plain, { packed: deflatedZeros(200, tarEntry(FILE)) }),
  ],
  [
    'a declared size and 200 MB of zeros',
    'archive.unpacked_too_large',
    gzip(plain, {
      packed: deflatedZeros(200, tarEntry({ ...FILE, size: 60_000_000, data: Buffer.alloc(0) })),
    }),
  ],
];
