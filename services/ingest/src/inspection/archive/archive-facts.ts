import type { ArchiveEntry, ArchiveFacts } from '../../domain/inspecting/findings.ts';
import { resolveReference } from '../model/references.ts';
import { Rejected } from '../rejected.ts';
import { shown } from './entry-name.ts';

/** The last checks, which need all entries: that there are any, and that models find their files. */
export function archiveFacts(format: ArchiveFacts['format'], entries: readonly ArchiveEntry[]): ArchiveFacts {
  if (entries.length === 0) throw new Rejected('archive.empty');
  const paths = new Set(entries.map((entry) => entry.path));
  for (const { path, model } of entries) {
    for (const reference of model?.references ?? []) {
      const target = resolveReference(path, reference);
      if (!paths.has(target)) {
        throw new Rejected('model.missing_file', `${shown(path)} needs ${shown(target)}`);
      }
    }
  }
  return { format, entries, unpacked_bytes: entries.reduce((sum, entry) => sum + entry.size, 0) };
}
