import type { ArchiveEntry, ArchiveFacts } from '../../domain/inspecting/findings.ts';
import { resolveReference } from '../model/references.ts';
import { Rejected } from '../rejected.ts';
import { shown } from './entry-name.ts';

/** The last checks, which need all entries: that there are any, and that models and their materials find their files, whole. */
export function archiveFacts(format: ArchiveFacts['format'], entries: readonly ArchiveEntry[]): ArchiveFacts {
  if (entries.length === 0) throw new Rejected('archive.empty');
  const sizes = new Map(entries.map((entry) => [entry.path, entry.size]));
  for (const { path, model, material_library } of entries) {
    for (const reference of (model ?? material_library)?.references ?? []) {
      const target = resolveReference(path, reference);
      if (!sizes.has(target)) {
        throw new Rejected('model.missing_file', `${shown(path)} needs ${shown(target)}`);
      }
    }
    for (const buffer of model?.buffers ?? []) {
      const target = resolveReference(path, buffer.path);
      const size = sizes.get(target) ?? 0;
      if (size >= buffer.bytes) continue;
      const detail = `${shown(path)} needs ${buffer.bytes} bytes of ${shown(target)}, which has ${size}`;
      throw new Rejected('model.file_too_short', detail);
    }
  }
  return { format, entries, unpacked_bytes: entries.reduce((sum, entry) => sum + entry.size, 0) };
}
