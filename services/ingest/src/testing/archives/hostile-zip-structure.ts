import type { RefusalCode } from '../../domain/refusals.ts';
import { endRecord, zipBytes, type ZipEntrySpec, type ZipSpec } from './zip-bytes.ts';

/** What it is, what it has to be refused with, and its bytes. */
export type HostileArchive = readonly [what: string, code: RefusalCode, bytes: () => Buffer];

const FILE: ZipEntrySpec = { name: 'a.txt', content: 'some content', method: 'deflate' };
const OTHER: ZipEntrySpec = { name: 'b.txt', content: 'other content' };
const FULL = 0xffff_ffff;

const zip =
  (spec: Partial<ZipSpec> = {}) =>
  () =>
    zipBytes({ entries: [FILE, OTHER], ...spec });
const entry = (spec: Partial<ZipEntrySpec>) => zip({ entries: [{ ...FILE, ...spec }, OTHER] });
const plain = zipBytes({ entries: [FILE, OTHER] });

/** Ends, directories and layouts that lie. */
export const HOSTILE_ZIP_STRUCTURES: readonly HostileArchive[] = [
  ['nothing at all', 'archive.incomplete', () => Buffer.alloc(0)],
  ['no end record', 'archive.incomplete', () => plain.subarray(0, -22)],
  ['half of an end record', 'archive.incomplete', () => plain.subarray(0, -11)],
  ['its second half only', 'archive.malformed', () => plain.subarray(plain.length / 2)],
  ['no entries', 'archive.empty', zip({ entries: [] })],
  ['folders only', 'archive.empty', zip({ entries: [{ name: 'a/' }, { name: 'a/b/' }] })],
  ['data before it', 'archive.extra_data', zip({ prefix: Buffer.from('#!/bin/sh') })],
  ['data before it, counted', 'archive.extra_data', zip({ prefix: Buffer.from('MZ'), prefixCounted: true })],
  ['another zip before it', 'archive.extra_data', zip({ prefix: plain })],
  ['data after it', 'archive.extra_data', zip({ suffix: Buffer.from('x') })],
  [
    'data between entries',
    'archive.extra_data',
    zip({ entries: [FILE, { ...OTHER, before: Buffer.from('x') }] }),
  ],
  [
    'a megabyte between entries',
    'archive.extra_data',
    zip({ entries: [FILE, { ...OTHER, before: Buffer.alloc(2 ** 20) }] }),
  ],
  ['data before the directory', 'archive.extra_data', zip({ beforeDirectory: Buffer.from('x') })],
  [
    'data after the directory',
    'archive.extra_data',
    zip({ afterDirectory: Buffer.from('PK\x05\x05\x00\x00') }),
  ],
  ['two ends', 'archive.ambiguous', zip({ comment: plain.subarray(-22) })],
  [
    'an end in its comment',
    'archive.ambiguous',
    zip({ comment: Buffer.from('PK\x05\x06 and more of a comment') }),
  ],
  ['the start of an end in its comment', 'archive.ambiguous', zip({ comment: Buffer.from('PK\x05\x06') })],
  ['two zips, the second as a comment', 'archive.ambiguous', zip({ comment: plain })],
  ['several disks', 'archive.multi_disk', zip({ end: { disk: 1, directoryDisk: 1 } })],
  ['a directory on another disk', 'archive.multi_disk', zip({ end: { directoryDisk: 1 } })],
  ['entries on another disk', 'archive.multi_disk', zip({ end: { entriesHere: 1 } })],
  ['one entry on another disk', 'archive.multi_disk', entry({ central: { disk: 1 } })],
  ['fewer entries than it counts', 'archive.malformed', zip({ end: { entries: 3, entriesHere: 3 } })],
  ['more entries than it counts', 'archive.ambiguous', zip({ end: { entries: 1, entriesHere: 1 } })],
  ['a directory beyond the end', 'archive.malformed', zip({ end: { directoryBytes: 2 ** 31 } })],
  ['a directory at another place', 'archive.malformed', zip({ end: { directoryOffset: 98 } })],
  ['a directory entry without its signature', 'archive.malformed', entry({ central: { signature: 0 } })],
  ['a local header without its signature', 'archive.malformed', entry({ local: { signature: 0 } })],
  ['a count bomb', 'archive.too_many_entries', zip({ end: { entries: 60_000, entriesHere: 60_000 } })],
  [
    'a count bomb in zip64',
    'archive.too_many_entries',
    zip({
      zip64End: { entries: 2 ** 40, entriesHere: 2 ** 40 },
      end: { entries: 0xffff, entriesHere: 0xffff },
    }),
  ],
  [
    '70,000 empty entries',
    'archive.too_many_entries',
    () =>
      zipBytes({
        entries: Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}` })),
        zip64End: true,
        end: { entries: 0xffff, entriesHere: 0xffff },
      }),
  ],
  [
    'a directory of comments',
    'archive.listing_too_large',
    zip({
      entries: Array.from({ length: 300 }, (_, i) => ({
        name: `${i}`,
        central: { comment: 'c'.repeat(65_000) },
      })),
    }),
  ],
  ['zip64 without its record', 'archive.malformed', zip({ end: { directoryOffset: FULL } })],
  ['two ends that differ', 'archive.ambiguous', zip({ zip64End: { entries: 1, entriesHere: 1 } })],
  ['a zip64 end somewhere else', 'archive.ambiguous', zip({ zip64End: { recordOffset: 0 } })],
  ['a zip64 end on several disks', 'archive.multi_disk', zip({ zip64End: { disks: 2 } })],
  [
    'an end inside an end',
    'archive.ambiguous',
    zip({
      comment: endRecord({
        disk: 0,
        directoryDisk: 0,
        entriesHere: 0,
        entries: 0,
        directoryBytes: 0,
        directoryOffset: 0,
      }),
    }),
  ],
  ['an entry twice in the directory', 'archive.duplicate_name', zip({ order: [0, 0] })],
  [
    'two entries that share their bytes',
    'archive.overlapping',
    zip({ entries: [FILE, { ...OTHER, both: { offset: 0 } }] }),
  ],
  [
    'an entry that holds another',
    'archive.overlapping',
    zip({ entries: [{ ...FILE, central: { packed: 60 } }, OTHER] }),
  ],
  [
    'an entry in the directory itself',
    'archive.overlapping',
    zip({ entries: [FILE, { ...OTHER, central: { offset: 150 } }] }),
  ],
];
