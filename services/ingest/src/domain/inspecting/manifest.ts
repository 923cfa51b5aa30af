import type { ManifestEntry } from '@cairn/shared/records/archive-manifest';
import { comparePaths } from '@cairn/shared/records/path-order';
import type { ArchiveEntry, ArchiveFacts } from './findings.ts';

/**
 * The listing of an archive as it lies in S3: NDJSON, a header line and then a line an entry, sorted by path
 * (`comparePaths`), which is what a reader of a part of it relies on. `offset`, `length` and `method` say how an entry's bytes are fetched from the archive by range.
 */
export function manifestOf({ format, entries, unpacked_bytes }: ArchiveFacts): Buffer {
  const header = { format, entries: entries.length, unpacked_bytes };
  const lines = entries.toSorted((a, b) => comparePaths(a.path, b.path)).map(lineOf);
  return Buffer.concat([header, ...lines].map((line) => Buffer.from(`${JSON.stringify(line)}\n`)));
}

const lineOf = (
  entry: ArchiveEntry,
): ManifestEntry & Pick<ArchiveEntry, 'native_code'> & { model: unknown } => {
  const { path, size, sha256, media_type, stored, native_code, model } = entry;
  return {
    path,
    size,
    sha256,
    media_type,
    ...stored,
    native_code,
    model: model && { ...model, references: undefined, buffers: undefined },
  };
};
