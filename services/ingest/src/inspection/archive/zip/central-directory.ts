import { Rejected } from '../../rejected.ts';
import { checkedPath, decodeName, shown } from '../entry-name.ts';
import { checkExtraFields, checkUnixMode, checkVersion, withZip64 } from './extra-fields.ts';
import { fieldsOf } from './little-endian.ts';
import { DEFLATE, FLAG, STORED, type ZipEntry } from './zip-entry.ts';

const SIGNATURE = 0x02014b50;
const HEADER_BYTES = 46;
const DOS = { volumeLabel: 0x08, directory: 0x10, device: 0x40, reparsePoint: 0x400 } as const;

/** Parses exactly `count` headers that fill the whole directory. */
export function* parseCentralDirectory(directory: Uint8Array, count: number): Generator<ZipEntry> {
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    const header = directory.subarray(at);
    if (header.length < HEADER_BYTES || fieldsOf(header).u32(0) !== SIGNATURE) {
      throw new Rejected('archive.malformed', `entry ${i + 1} of the directory`);
    }
    const fields = fieldsOf(header);
    const nameEnd = HEADER_BYTES + fields.u16(28);
    const extraEnd = nameEnd + fields.u16(30);
    const end = extraEnd + fields.u16(32);
    if (end > header.length) throw new Rejected('archive.malformed', `entry ${i + 1} of the directory`);
    yield parseHeader(header.subarray(0, nameEnd), header.subarray(nameEnd, extraEnd));
    at += end;
  }
  if (at !== directory.length) throw new Rejected('archive.ambiguous', 'more entries than it counts');
}

function parseHeader(header: Uint8Array, extra: Uint8Array): ZipEntry {
  const fields = fieldsOf(header);
  const name = header.subarray(HEADER_BYTES);
  const flags = fields.u16(8);
  const method = fields.u16(10);
  const text = decodeName(name);
  const what = shown(text);

  if (flags & (FLAG.encrypted | FLAG.strongEncryption | FLAG.maskedHeaders) || method === 99) {
    throw new Rejected('archive.encrypted', what);
  }
  if ((method !== STORED && method !== DEFLATE) || flags & FLAG.patch) {
    throw new Rejected('archive.unsupported_method', `${what}: method ${method}`);
  }
  checkVersion(fields.u16(6), what);
  const zip64 = checkExtraFields(extra, name, what);
  const [size = 0, packed = 0, offset = 0] = withZip64(
    [fields.u32(24), fields.u32(20), fields.u32(42)],
    zip64,
    what,
  );
  if (fields.u16(34) !== 0) throw new Rejected('archive.multi_disk', what);
  if (method === STORED && size !== packed) throw new Rejected('archive.size_mismatch', what);

  const directory = text.endsWith('/');
  checkAttributes(fields.u32(38), directory, what);
  if (directory && size !== 0) throw new Rejected('archive.malformed', `${what}: a folder with content`);
  const path = checkedPath(directory ? text.slice(0, -1) : text);
  return { name, path, directory, flags, method, crc: fields.u32(16), packed, size, offset };
}

// Whichever system the archive says it was made on: not every reader looks at that.
function checkAttributes(attributes: number, directory: boolean, what: string): void {
  const mode = attributes >>> 16;
  checkUnixMode(mode, what);
  if (attributes & DOS.reparsePoint) throw new Rejected('archive.link', what);
  if (attributes & (DOS.device | DOS.volumeLabel)) throw new Rejected('archive.device', what);
  const folder = (mode & 0o170000) === 0o040000 || (attributes & DOS.directory) !== 0;
  if (folder && !directory) throw new Rejected('archive.ambiguous', `${what}: a file and a folder`);
}
