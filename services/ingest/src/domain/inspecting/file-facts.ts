import {
  MAX_FILE_WORDS_BYTES,
  MAX_NATIVE_FILES,
  type NativeCodeSummary,
} from '@cairn/shared/records/release-record';
import type { ArchiveFacts, Finding, NativeCode } from './findings.ts';
import type { FileFacts } from '../upload.ts';

type Accepted = Extract<Finding, { outcome: 'accepted' }>;

/** What of a finding is kept in the file's item: bounded, whatever an archive holds. */
export function factsOf(
  { archive, model, material_library, native_code }: Accepted,
  path: string,
): Pick<FileFacts, 'model' | 'material_library' | 'native_code' | 'words'> {
  const native = archive === undefined ? [{ path, native_code }] : archive.entries;
  return {
    model,
    material_library,
    native_code: nativeCodeOf(native),
    words: archive && wordsOf(archive),
  };
}

function nativeCodeOf(
  files: readonly { path: string; native_code: NativeCode | undefined }[],
): NativeCodeSummary | undefined {
  const found = files.flatMap(({ path, native_code }) =>
    native_code === undefined ? [] : [{ path, platforms: [...native_code.platforms] }],
  );
  return found.length === 0 ? undefined : nativeCodeSummary(found.length, found);
}

/** Of several summaries, or of the files themselves. */
export function nativeCodeSummary(
  count: number,
  files: readonly { path: string; platforms: string[] }[],
  platforms: readonly string[] = files.flatMap((file) => file.platforms),
): NativeCodeSummary {
  return {
    count,
    platforms: [...new Set(platforms)].sort().slice(0, 32),
    files: files.slice(0, MAX_NATIVE_FILES),
  };
}

/** The distinct words of the paths, folded, as many as there is room for: those of the first paths win. */
function wordsOf({ entries }: ArchiveFacts): string[] {
  return boundedWords(
    entries.flatMap(
      ({ path }) =>
        path
          .normalize('NFKD')
          .replaceAll(/\p{M}+/gu, '')
          .toLowerCase()
          .match(/[\p{L}\p{N}]+/gu) ?? [],
    ),
  );
}

const LONGEST_WORD = 40;

export function boundedWords(words: Iterable<string>): string[] {
  const kept = new Set<string>();
  let bytes = 0;
  for (const word of words) {
    if (word.length > LONGEST_WORD || kept.has(word)) continue;
    bytes += Buffer.byteLength(word) + 1;
    if (bytes > MAX_FILE_WORDS_BYTES) break;
    kept.add(word);
  }
  return [...kept];
}
