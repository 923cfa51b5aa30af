import { DomainError } from '@cairn/shared/errors/domain-error';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { unyanked } from '@cairn/shared/records/newest-release';
import { withLeftovers } from '../deletion/leftovers.ts';
import { requireEditor } from '../get-asset.ts';
import { summaryOf, withReleases, type ReleaseChangeDeps } from './yank-release.ts';

export interface DeleteReleaseInput {
  asin: string;
  version: string;
  userId: string;
  revisions?: ReadonlySet<number> | undefined;
}

/**
 * One conditional write: the asset names the release no more, keeps its version from being used again, and
 * holds what is to be removed, due at once (I6). From then on nobody is granted a byte of it.
 */
export function deleteRelease({ change, releases }: ReleaseChangeDeps) {
  return ({ asin, version, userId, revisions }: DeleteReleaseInput): Promise<PublishedAsset> =>
    change({
      asin,
      userId,
      revisions,
      deletedVersion: version,
      async decide(asset, at) {
        requireEditor(asset, userId);
        const { release_id, size } = summaryOf(asset, version);
        const { [version]: _removed, ...left } = asset.releases;
        const offered = unyanked(asset.releases);
        if (Object.keys(left).length === 0 || (offered.length === 1 && offered[0] === version)) {
          throw new DomainError('release.last', {
            hint: 'Yank it, publish another one first, or delete the asset.',
          });
        }
        return {
          ...(await withReleases(asset, left, releases)),
          removed_versions: [...(asset.removed_versions ?? []), version],
          removed_releases: [...(asset.removed_releases ?? []), release_id],
          removed_bytes: (asset.removed_bytes ?? 0) + size,
          ...withLeftovers(asset, [{ folder: release_id, leftover: { due_at: at } }]),
        };
      },
    });
}
