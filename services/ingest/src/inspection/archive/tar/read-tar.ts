import { ARCHIVE_LIMITS, mayUnpackTo } from '../../../domain/inspecting/archive-limits.ts';
import type { ArchiveEntry } from '../../../domain/inspecting/findings.ts';
import { Rejected } from '../../rejected.ts';
import type { ByteCursor } from '../byte-cursor.ts';
import { entryContent } from '../entry-content.ts';
import { checkedPath, decodeName, shown } from '../entry-name.ts';
import { nameRegister } from '../name-register.ts';
import { parsePaxRecords, type PaxRecords } from './pax-records.ts';
import { BLOCK_BYTES, isZero, parseTarHeader, upToNul, type TarHeader } from './tar-header.ts';

interface TarBounds {
  /** Of the archive as it was sent. */
  readonly archiveBytes: number;
  /** Whether an entry can be fetched by a range of the archive. */
  readonly enterable: boolean;
}

const EXTENDED = new Set(['x', 'L']);
const LINKS = new Set(['1', '2', 'K']);
const DEVICES = new Set(['3', '4', '6']);

/** Goes through a tar once and checks all of it, up to the zeros that have to end it. */
export async function readTar(cursor: ByteCursor, bounds: TarBounds): Promise<ArchiveEntry[]> {
  const most = mayUnpackTo(bounds.archiveBytes);
  const names = nameRegister();
  const found: ArchiveEntry[] = [];
  let extension: PaxRecords | undefined;

  for (;;) {
    const block = await cursor.take(BLOCK_BYTES);
    if (isZero(block)) break;
    const header = parseTarHeader(block);
    if (cursor.position() + header.size > most) {
      throw new Rejected('archive.unpacked_too_large', `more than ${most} bytes from ${bounds.archiveBytes}`);
    }
    if (EXTENDED.has(header.type) || header.type === 'g') {
      // The others are bounded by the entries that have to follow them.
      if (header.type === 'g') names.count();
      // Which of two extensions wins, and for which entry, is read differently: CVE-2026-33055 and its kin.
      if (extension !== undefined)
        throw new Rejected('archive.ambiguous', 'two extended headers of an entry');
      extension = await readExtension(cursor, header);
      continue;
    }
    names.count();
    const entry = describe(header, extension);
    extension = undefined;
    if (entry.path !== undefined) names.add(entry.path, entry.kind);
    if (entry.path === undefined || entry.kind === 'directory') continue;

    const offset = cursor.position();
    const content = entryContent(entry.path, header.size);
    for await (const chunk of cursor.slices(header.size)) content.push(chunk);
    await takePadding(cursor, header.size);
    const stored = { offset, length: header.size, method: 'stored' } as const;
    found.push(await content.finish(bounds.enterable ? stored : undefined));
  }
  if (extension !== undefined) throw new Rejected('archive.malformed', 'an extended header of no entry');
  await checkEnd(cursor, most);
  return found;
}

async function readExtension(cursor: ByteCursor, header: TarHeader): Promise<PaxRecords | undefined> {
  if (header.size > ARCHIVE_LIMITS.extendedHeaderBytes) {
    throw new Rejected('archive.name_too_long', 'tar extended header');
  }
  const bytes = await cursor.take(header.size);
  await takePadding(cursor, header.size);
  if (header.type === 'L') return { path: decodeName(upToNul(bytes)), size: undefined };
  const records = parsePaxRecords(bytes);
  if (header.type === 'x') return records;
  if (records.path !== undefined || records.size !== undefined) {
    throw new Rejected('archive.ambiguous', 'a name or size for all entries');
  }
  return undefined;
}

/** Without a path it is the folder that was packed, which has no name. */
function describe(
  header: TarHeader,
  extension: PaxRecords | undefined,
): { path: string | undefined; kind: 'file' | 'directory' } {
  const name = extension?.path ?? decodeName(header.name);
  const what = shown(name);
  if (LINKS.has(header.type)) throw new Rejected('archive.link', what);
  if (DEVICES.has(header.type)) throw new Rejected('archive.device', what);
  if (header.type !== '0' && header.type !== '5') {
    throw new Rejected('archive.unsupported_entry', `${what}: type ${shown(header.type)}`);
  }
  // Below 8 GiB every header can tell the size itself.
  if (extension?.size !== undefined && extension.size !== header.size) {
    throw new Rejected('archive.ambiguous', `${what}: two sizes`);
  }
  if (header.size > ARCHIVE_LIMITS.entryBytes) {
    throw new Rejected('archive.entry_too_large', `${what}: ${header.size} bytes`);
  }
  const directory = header.type === '5';
  if (directory && header.size !== 0)
    throw new Rejected('archive.malformed', `${what}: a folder with content`);
  if (!directory && name.endsWith('/'))
    throw new Rejected('archive.ambiguous', `${what}: a file and a folder`);

  // `tar -c .` puts this before everything.
  const relative = name.replace(/^\.\//, '').replace(/\/$/, '');
  if (directory && (relative === '' || relative === '.') && name.startsWith('.')) {
    return { path: undefined, kind: 'directory' };
  }
  return { path: checkedPath(relative), kind: directory ? 'directory' : 'file' };
}

async function takePadding(cursor: ByteCursor, size: number): Promise<void> {
  const padding = (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
  await cursor.take(padding);
}

/** A second block of zeros has to follow; then zeros up to the end, as many as the writer's blocking asks for. */
async function checkEnd(cursor: ByteCursor, most: number): Promise<void> {
  const check = (bytes: Uint8Array): void => {
    if (!isZero(bytes)) throw new Rejected('archive.extra_data', 'after its end');
    if (cursor.position() > most) throw new Rejected('archive.unpacked_too_large');
  };
  check(await cursor.take(BLOCK_BYTES));
  for await (const rest of cursor.remainder()) check(rest);
  if (cursor.position() % BLOCK_BYTES !== 0) throw new Rejected('archive.incomplete');
}
