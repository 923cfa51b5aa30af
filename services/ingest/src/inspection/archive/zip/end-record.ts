import { ARCHIVE_LIMITS } from '../../../domain/inspecting/archive-limits.ts';
import type { ByteSource } from '../../byte-source.ts';
import { Rejected } from '../../rejected.ts';
import { fieldsOf, MAX_U16, MAX_U32 } from './little-endian.ts';

/** Where the central directory is, and how many entries it is said to have. */
export interface EndRecord {
  readonly entries: number;
  readonly directoryOffset: number;
  readonly directoryBytes: number;
}

const SIGNATURE = Buffer.from('PK\x05\x06', 'latin1');
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_RECORD = 0x06064b50;
const RECORD_BYTES = 22;
const LOCATOR_BYTES = 20;
const ZIP64_BYTES = 56;
const TAIL_BYTES = RECORD_BYTES + MAX_U16 + LOCATOR_BYTES + ZIP64_BYTES;

/**
 * Finds the end record. Readers search for it in different ways, so that there must be one way only to see it:
 * it ends with the file, nothing after it looks like another, and the directory ends where it begins.
 */
export async function readEndRecord(source: ByteSource): Promise<EndRecord> {
  if (source.size < RECORD_BYTES) throw new Rejected('archive.incomplete');
  const tailBytes = Math.min(source.size, TAIL_BYTES);
  const read = await source.read(source.size - tailBytes, tailBytes);
  const tail = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  const at = findSignature(tail);
  const fields = fieldsOf(tail);

  if (fields.u16(at + 4) !== fields.u16(at + 6) || fields.u16(at + 8) !== fields.u16(at + 10)) {
    throw new Rejected('archive.multi_disk');
  }
  const said = {
    disk: fields.u16(at + 4),
    entries: fields.u16(at + 10),
    directoryBytes: fields.u32(at + 12),
    directoryOffset: fields.u32(at + 16),
  };
  const large = readZip64(tail, at, source.size - tailBytes);
  // Readers differ in which of the two they believe.
  const agree = (short: number, saturated: number, long: number): void => {
    if (short !== long && short !== saturated) throw new Rejected('archive.ambiguous', 'two end records');
  };
  if (large !== undefined) {
    agree(said.disk, MAX_U16, 0);
    agree(said.entries, MAX_U16, large.entries);
    agree(said.directoryBytes, MAX_U32, large.directoryBytes);
    agree(said.directoryOffset, MAX_U32, large.directoryOffset);
  } else if (said.disk !== 0) {
    throw new Rejected('archive.multi_disk');
  }
  const end = large ?? said;
  const startsAt = source.size - tailBytes + at - (large === undefined ? 0 : LOCATOR_BYTES + ZIP64_BYTES);
  return checked(end, startsAt);
}

function findSignature(tail: Buffer): number {
  const ends: number[] = [];
  let followed = false;
  let at = tail.indexOf(SIGNATURE, Math.max(0, tail.length - RECORD_BYTES - MAX_U16));
  for (; at !== -1 && at <= tail.length - RECORD_BYTES; at = tail.indexOf(SIGNATURE, at + 1)) {
    const end = at + RECORD_BYTES + tail.readUInt16LE(at + 20);
    if (end === tail.length) ends.push(at);
    if (end < tail.length) followed = true;
  }
  const [found] = ends;
  if (found === undefined) {
    throw followed ? new Rejected('archive.extra_data', 'after its end') : new Rejected('archive.incomplete');
  }
  if (ends.length > 1) throw new Rejected('archive.ambiguous', 'several ends');
  if (tail.includes(SIGNATURE, found + 1)) {
    throw new Rejected('archive.ambiguous', 'another end within its comment');
  }
  return found;
}

function readZip64(tail: Buffer, at: number, tailOffset: number): EndRecord | undefined {
  const locatorAt = at - LOCATOR_BYTES;
  const fields = fieldsOf(tail);
  if (locatorAt < 0 || fields.u32(locatorAt) !== ZIP64_LOCATOR) return undefined;
  const recordAt = locatorAt - ZIP64_BYTES;
  // An extensible record would begin earlier; only encrypted directories have ever used it.
  if (
    recordAt < 0 ||
    fields.u32(recordAt) !== ZIP64_RECORD ||
    fields.u64(recordAt + 4) !== ZIP64_BYTES - 12 ||
    fields.u64(locatorAt + 8) !== tailOffset + recordAt
  ) {
    throw new Rejected('archive.ambiguous', 'a zip64 end that is not there');
  }
  const disks = fields.u32(locatorAt + 16);
  if (fields.u32(locatorAt + 4) !== 0 || disks > 1 || fields.u32(recordAt + 16) !== 0) {
    throw new Rejected('archive.multi_disk');
  }
  const entries = fields.u64(recordAt + 32);
  if (fields.u32(recordAt + 20) !== 0 || fields.u64(recordAt + 24) !== entries) {
    throw new Rejected('archive.multi_disk');
  }
  return { entries, directoryBytes: fields.u64(recordAt + 40), directoryOffset: fields.u64(recordAt + 48) };
}

function checked(end: EndRecord, startsAt: number): EndRecord {
  const { entries, directoryBytes, directoryOffset } = end;
  if (entries > ARCHIVE_LIMITS.entries) throw new Rejected('archive.too_many_entries', `${entries} entries`);
  if (directoryBytes > startsAt) throw new Rejected('archive.malformed', 'a directory larger than the file');
  if (directoryOffset + directoryBytes < startsAt) {
    throw new Rejected('archive.extra_data', 'before it, or around its directory');
  }
  if (directoryOffset + directoryBytes > startsAt)
    throw new Rejected('archive.malformed', 'directory offset');
  if (directoryBytes > ARCHIVE_LIMITS.listingBytes) throw new Rejected('archive.listing_too_large');
  return { entries, directoryBytes, directoryOffset };
}
