import { comparePaths } from '@cairn/shared/records/path-order';
import type { ArchiveEntry, Finding, ModelFacts } from '../../domain/inspecting/findings.ts';
import type { FileToInspect } from '../../domain/ports.ts';
import type { SentFinding } from '../../inspection/protocol.ts';

/**
 * The finding with the entries that were sent before it. Undefined when they do not fit together: not as
 * many as it says, not sorted (so a path might be there twice), bytes outside of the archive, or a model that
 * needs a file outside of the upload.
 */
export function wholeFinding(
  finding: SentFinding,
  entries: readonly ArchiveEntry[],
  file: Pick<FileToInspect, 'path' | 'size' | 'role'>,
): Finding | undefined {
  if (finding.outcome === 'rejected') return finding;
  if ((finding.picture === undefined) !== (file.role === 'file')) return undefined;
  if (!staysInside(file.path, finding)) return undefined;
  const { archive, ...rest } = finding;
  if (archive === undefined) return entries.length === 0 ? rest : undefined;
  const sound =
    archive.entries === entries.length &&
    archive.unpacked_bytes === entries.reduce((sum, entry) => sum + entry.size, 0) &&
    entries.every((entry, i) => i === 0 || comparePaths(entries[i - 1]?.path ?? '', entry.path) < 0) &&
    entries.every((entry) => staysInside(entry.path, entry)) &&
    entries.every(({ stored }) => stored === undefined || stored.offset + stored.length <= file.size);
  return sound ? { ...rest, archive: { ...archive, entries } } : undefined;
}

function staysInside(
  path: string,
  { model, material_library }: Pick<ArchiveEntry, 'material_library'> & { model?: ModelFacts | undefined },
): boolean {
  const references = [...(model?.references ?? []), ...(material_library?.references ?? [])];
  return (
    references.every((reference) => reference.split('../').length <= path.split('/').length) &&
    (model?.buffers ?? []).every((buffer) => references.includes(buffer.path))
  );
}
