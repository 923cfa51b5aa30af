import type { ArchiveEntry } from '../../../domain/inspecting/findings.ts';
import { Rejected } from '../../rejected.ts';
import type { ByteCursor } from '../byte-cursor.ts';
import { entryContent } from '../entry-content.ts';
import { shown } from '../entry-name.ts';
import { inflate, inflateWhole } from '../inflate.ts';
import { descriptorWatch } from './hidden-descriptor.ts';
import {
  checkDescriptor,
  checkLocalHeader,
  LOCAL_HEADER_BYTES,
  MAX_DESCRIPTOR_BYTES,
  variableBytes,
} from './local-header.ts';
import { FLAG, STORED, type ZipEntry, type ZipListing } from './zip-entry.ts';

// Below these an entry is inflated at once.
const SMALL_PACKED_BYTES = 2 ** 20;
const SMALL_BYTES = 4 * 2 ** 20;

/** Goes through the file once, and checks every entry against the directory. In the directory's order. */
export async function readZipEntries(cursor: ByteCursor, listing: ZipListing): Promise<ArchiveEntry[]> {
  const found: (ArchiveEntry | undefined)[] = [];
  for (const { entry, end, index } of listing.inFile) {
    found[index] = await readEntry(cursor, entry, end);
  }
  // The directory was read already. Whoever hashes the stream wants all of it.
  for await (const rest of cursor.remainder()) void rest;
  return found.filter((entry) => entry !== undefined);
}

async function readEntry(
  cursor: ByteCursor,
  entry: ZipEntry,
  end: number,
): Promise<ArchiveEntry | undefined> {
  const what = shown(entry.path);
  const header = await cursor.take(LOCAL_HEADER_BYTES);
  const variable = await cursor.take(variableBytes(header, entry));
  checkLocalHeader(header, variable, entry);

  const offset = cursor.position();
  const rest = end - offset - entry.packed;
  if (rest < 0) throw new Rejected('archive.overlapping', what);
  if (rest > MAX_DESCRIPTOR_BYTES) throw new Rejected('archive.extra_data', `after ${what}`);

  const content = entryContent(entry.path, entry.size);
  const late = entry.method === STORED && (entry.flags & FLAG.descriptor) !== 0;
  const watch = late ? descriptorWatch() : undefined;
  for await (const chunk of unpacked(cursor, entry, what)) {
    content.push(chunk);
    watch?.push(chunk);
  }
  if (watch?.found() === true) throw new Rejected('archive.ambiguous', `${what}: two ends`);
  if (content.crc() !== entry.crc) throw new Rejected('archive.checksum_mismatch', what);
  checkDescriptor(await cursor.take(rest), entry);

  const method = entry.method === STORED || entry.packed === 0 ? 'stored' : 'deflate';
  const facts = await content.finish({ offset, length: entry.packed, method });
  return entry.directory ? undefined : facts;
}

async function* unpacked(cursor: ByteCursor, entry: ZipEntry, what: string): AsyncGenerator<Uint8Array> {
  // Some writers leave out the two bytes that an empty deflate stream has.
  if (entry.method === STORED || (entry.packed === 0 && entry.size === 0)) yield* cursor.slices(entry.packed);
  else if (entry.packed <= SMALL_PACKED_BYTES && entry.size <= SMALL_BYTES) {
    yield inflateWhole(await cursor.take(entry.packed), entry.size, what);
  } else yield* inflate(cursor.slices(entry.packed), entry.packed, what);
}
