import { ARCHIVE_LIMITS, mayUnpackTo } from '../../../domain/inspecting/archive-limits.ts';
import { MAX_READ_BYTES, type ByteSource } from '../../byte-source.ts';
import { Rejected } from '../../rejected.ts';
import { shown } from '../entry-name.ts';
import { nameRegister } from '../name-register.ts';
import { parseCentralDirectory } from './central-directory.ts';
import { readEndRecord } from './end-record.ts';
import { MAX_U16 } from './little-endian.ts';
import { LOCAL_HEADER_BYTES, MAX_DESCRIPTOR_BYTES } from './local-header.ts';
import type { ZipEntry, ZipListing } from './zip-entry.ts';

/** Reads the end and the central directory, nothing else, and refuses all that these can tell. */
export async function listZip(source: ByteSource): Promise<ZipListing> {
  const end = await readEndRecord(source);
  const directory = Buffer.alloc(end.directoryBytes);
  for (let at = 0; at < directory.length; at += MAX_READ_BYTES) {
    const length = Math.min(MAX_READ_BYTES, directory.length - at);
    directory.set(await source.read(end.directoryOffset + at, length), at);
  }

  const names = nameRegister();
  const entries: ZipEntry[] = [];
  let unpacked = 0;
  for (const entry of parseCentralDirectory(directory, end.entries)) {
    if (entry.size > ARCHIVE_LIMITS.entryBytes) {
      throw new Rejected('archive.entry_too_large', `${shown(entry.path)}: ${entry.size} bytes`);
    }
    unpacked += entry.size;
    names.count();
    names.add(entry.path, entry.directory ? 'directory' : 'file');
    entries.push(entry);
  }
  if (unpacked > mayUnpackTo(source.size)) {
    throw new Rejected('archive.unpacked_too_large', `${unpacked} bytes from ${source.size}`);
  }
  return layOut(entries, end.directoryOffset);
}

/** Puts the entries in the order of the file. Together they have to fill it, from its first byte on. */
function layOut(entries: readonly ZipEntry[], directoryOffset: number): ZipListing {
  const sorted = entries
    .map((entry, index) => ({ entry, index }))
    .sort((a, b) => a.entry.offset - b.entry.offset);
  const start = sorted[0]?.entry.offset ?? directoryOffset;
  if (start !== 0) throw new Rejected('archive.extra_data', 'before its first entry');

  const inFile = sorted.map(({ entry, index }, i) => {
    const end = sorted[i + 1]?.entry.offset ?? directoryOffset;
    const spare = end - entry.offset - LOCAL_HEADER_BYTES - entry.name.length - entry.packed;
    if (spare < 0) throw new Rejected('archive.overlapping', shown(entry.path));
    if (spare > MAX_U16 + MAX_DESCRIPTOR_BYTES) {
      throw new Rejected('archive.extra_data', `after ${shown(entry.path)}`);
    }
    return { entry, end, index };
  });
  return { inFile };
}
