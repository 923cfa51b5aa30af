import type { ReleaseSummary } from './asset-record.ts';
import type { ReleaseRecord } from './release-record.ts';

const MOST = 16;

/** What filters may ask of a release: a few short words each, left out where there are none. */
export function searchFacts(
  release: Pick<ReleaseRecord, 'files' | 'native_code'>,
): Pick<ReleaseSummary, 'platforms' | 'formats'> {
  const formats = release.files.flatMap(({ archive, model }) =>
    [archive?.format ?? [], model?.format ?? []].flat(),
  );
  const platforms = release.native_code?.platforms ?? [];
  return {
    ...(platforms.length === 0 ? {} : { platforms: few(platforms) }),
    ...(formats.length === 0 ? {} : { formats: few(formats) }),
  };
}

const few = (words: readonly string[]): string[] => [...new Set(words)].sort().slice(0, MOST);
