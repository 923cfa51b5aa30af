import { DomainError } from '@cairn/shared/errors/domain-error';
import type { PublishedAsset, ReleaseSummary } from '@cairn/shared/records/asset-record';
import { newestFacts } from '@cairn/shared/records/newest-release';
import type { ChangeAsset } from '../change-asset.ts';
import { requireEditor } from '../get-asset.ts';
import type { AssetChanges, ReleaseRepository } from '../ports.ts';

export interface ReleaseChangeDeps {
  change: ChangeAsset;
  releases: Pick<ReleaseRepository, 'get'>;
}

export interface YankInput {
  asin: string;
  version: string;
  userId: string;
  /** undefined: the release is offered again. */
  reason: string | undefined;
  revisions?: ReadonlySet<number> | undefined;
}

/**
 * Takes a release back, or offers it again. A yanked one leaves search and "newest"; who names its version
 * still gets it, with a warning. Its files do not change.
 */
export function yankRelease({ change, releases }: ReleaseChangeDeps) {
  return ({ asin, version, userId, reason, revisions }: YankInput): Promise<PublishedAsset> =>
    change({
      asin,
      userId,
      revisions,
      async decide(asset, at) {
        requireEditor(asset, userId);
        const summary = summaryOf(asset, version);
        if (summary.yanked?.reason === reason) return undefined;
        const { yanked: _yanked, ...plain } = summary;
        const yanked = reason === undefined ? plain : { ...plain, yanked: { reason, at } };
        return withReleases(asset, { ...asset.releases, [version]: yanked }, releases);
      },
    });
}

export function summaryOf(asset: PublishedAsset, version: string): ReleaseSummary {
  const summary = Object.hasOwn(asset.releases, version) ? asset.releases[version] : undefined;
  if (summary === undefined) throw new DomainError('release.not_found');
  return summary;
}

/** The releases, and what the asset shows and search knows of them as a whole, which is the newest's. */
export async function withReleases(
  asset: PublishedAsset,
  summaries: PublishedAsset['releases'],
  releases: ReleaseChangeDeps['releases'],
): Promise<AssetChanges> {
  const newest = newestFacts(summaries);
  if (newest === undefined || newest.version === asset.version) return { releases: summaries, ...newest };
  const { release_id = '' } = summaries[newest.version] ?? {};
  const file_words = (await releases.get(asset.asin, release_id))?.file_words;
  return { releases: summaries, ...newest, file_words };
}
