import type { ReleaseSummary } from '@cairn/shared/records/asset-record';
import type { ShownRelease } from '../domain/get-release.ts';

/** Declares what `yankedHeaders` sends. */
export const yankHeaders = {
  Deprecation: {
    schema: { type: 'string' as const },
    description: 'Since when the release is yanked (RFC 9745), absent otherwise',
    example: '@1795262400',
  },
};

/** For programs: that there should be another choice, and since when. The reason is in the JSON, for people. */
export const yankedHeaders = (yanked: ReleaseSummary['yanked']): Record<string, string> =>
  yanked === undefined ? {} : { deprecation: `@${epochSeconds(yanked.at)}` };

export function releaseHeaders({ release, summary: { yanked } }: ShownRelease) {
  const state = yanked === undefined ? '' : `-yanked-${Date.parse(yanked.at)}`;
  return { etag: `"${release.release_id}${state}"`, ...yankedHeaders(yanked) };
}

const epochSeconds = (at: string): number => Math.floor(Date.parse(at) / 1000);
