import type { ArchiveFacts } from '../../domain/inspecting/findings.ts';
import type { ByteSource } from '../byte-source.ts';
import { archiveFacts } from './archive-facts.ts';
import { wholeFile, byteCursor } from './byte-cursor.ts';
import { gunzip } from './tar/gunzip.ts';
import { readTar } from './tar/read-tar.ts';
import { readZipEntries } from './zip/read-zip-entries.ts';
import { listZip } from './zip/list-zip.ts';

/**
 * Lists a zip and checks all of it: by ranges first, which is cheap and refuses most of what is wrong, then
 * in one pass over the file. Throws `Rejected` for what can never be accepted.
 */
export async function inspectZip(source: ByteSource): Promise<ArchiveFacts> {
  const listing = await listZip(source);
  const cursor = byteCursor(wholeFile(source));
  try {
    return archiveFacts('zip', await readZipEntries(cursor, listing));
  } finally {
    await cursor.close();
  }
}

/** Lists a tar and checks all of it, in one pass. Throws `Rejected` for what can never be accepted. */
export async function inspectTar(source: ByteSource, format: 'tar' | 'tar.gz'): Promise<ArchiveFacts> {
  const packed = format === 'tar.gz';
  const cursor = byteCursor(packed ? gunzip(source) : wholeFile(source));
  try {
    return archiveFacts(format, await readTar(cursor, { archiveBytes: source.size, enterable: !packed }));
  } finally {
    await cursor.close();
  }
}
