import { DomainError } from '@cairn/shared/errors/domain-error';
import type { ReleaseSummary } from '@cairn/shared/records/asset-record';
import type { ReleaseFile, ReleaseRecord } from '@cairn/shared/records/release-record';
import { visible } from '../get-asset.ts';
import { releaseOf } from '../get-release.ts';
import { newestFor } from '../releases/newest-release.ts';
import type { AssetRepository, ReleaseRepository } from '../ports.ts';

export interface ServedFileDeps {
  assets: Pick<AssetRepository, 'get'>;
  releases: Pick<ReleaseRepository, 'get'>;
}

/**
 * A file by the table's word, which knows at once what is withheld, and shows that to nobody. Absent
 * `wanted`: the newest release that is not yanked (and that supports the engine), and of it the main file.
 */
export async function findServedFile(
  { assets, releases }: ServedFileDeps,
  asin: string,
  wanted: { version: string; fileId: string } | undefined,
  engine?: string,
): Promise<{ release: ReleaseRecord; file: ReleaseFile; yanked: ReleaseSummary['yanked'] }> {
  const asset = visible(await assets.get(asin), {});
  const release = await releaseOf(asset, wanted?.version ?? newestFor(asset, engine), releases);
  const fileId = wanted?.fileId ?? release.main_file_id;
  const file = release.files.find((each) => each.file_id === fileId);
  if (file === undefined) throw new DomainError('file.not_found');
  return { release, file, yanked: asset.releases[release.version]?.yanked };
}
