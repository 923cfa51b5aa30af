import { Rejected } from '../../rejected.ts';
import { shown } from '../entry-name.ts';
import { checkExtraFields, checkVersion, withZip64 } from './extra-fields.ts';
import { fieldsOf } from './little-endian.ts';
import { FLAG, type ZipEntry } from './zip-entry.ts';

export const LOCAL_HEADER_BYTES = 30;
export const MAX_DESCRIPTOR_BYTES = 24;

const SIGNATURE = 0x04034b50;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
// Those that change what is read; the rest tells of compression levels.
const FLAGS =
  FLAG.encrypted | FLAG.descriptor | FLAG.patch | FLAG.strongEncryption | FLAG.utf8 | FLAG.maskedHeaders;

/** How many bytes of name and extra fields follow the fixed part of a local header. */
export function variableBytes(header: Uint8Array, entry: ZipEntry): number {
  const fields = fieldsOf(header);
  if (fields.u32(0) !== SIGNATURE)
    throw new Rejected('archive.malformed', `${shown(entry.path)}: no local header`);
  return fields.u16(26) + fields.u16(28);
}

/** A reader that goes by the local headers must see the same as one that goes by the directory. */
export function checkLocalHeader(header: Uint8Array, variable: Uint8Array, entry: ZipEntry): void {
  const what = shown(entry.path);
  const mismatch = (field: string): never => {
    throw new Rejected('archive.header_mismatch', `${what}: ${field}`);
  };
  const fields = fieldsOf(header);
  const nameBytes = fields.u16(26);
  const extra = variable.subarray(nameBytes);
  if (Buffer.compare(variable.subarray(0, nameBytes), entry.name) !== 0) mismatch('name');
  if ((fields.u16(6) & FLAGS) !== (entry.flags & FLAGS)) mismatch('flags');
  if (fields.u16(8) !== entry.method) mismatch('method');

  checkVersion(fields.u16(4), what);
  const zip64 = checkExtraFields(extra, entry.name, what);
  const [size, packed] = withZip64([fields.u32(22), fields.u32(18)], zip64, what);
  const crc = fields.u32(14);
  // What follows in a descriptor was not known yet, and then it is zero.
  const late = (entry.flags & FLAG.descriptor) !== 0;
  if (crc !== entry.crc && !(late && crc === 0)) mismatch('checksum');
  if (packed !== entry.packed && !(late && packed === 0)) mismatch('packed size');
  if (size !== entry.size && !(late && size === 0)) mismatch('size');
}

/** What lies between the end of an entry's data and the next entry: a descriptor in one of its four forms. */
export function checkDescriptor(bytes: Uint8Array, entry: ZipEntry): void {
  const what = shown(entry.path);
  if ((entry.flags & FLAG.descriptor) === 0) {
    if (bytes.length > 0) throw new Rejected('archive.extra_data', `after ${what}`);
    return;
  }
  const fields = fieldsOf(bytes);
  const signed = bytes.length === 16 || bytes.length === 24;
  const at = signed ? 4 : 0;
  const long = bytes.length - at === 20;
  if (bytes.length - at !== (long ? 20 : 12) || (signed && fields.u32(0) !== DESCRIPTOR_SIGNATURE)) {
    throw new Rejected('archive.extra_data', `after ${what}`);
  }
  const packed = long ? fields.u64(at + 4) : fields.u32(at + 4);
  const size = long ? fields.u64(at + 12) : fields.u32(at + 8);
  if (fields.u32(at) !== entry.crc || packed !== entry.packed || size !== entry.size) {
    throw new Rejected('archive.header_mismatch', `${what}: descriptor`);
  }
}
