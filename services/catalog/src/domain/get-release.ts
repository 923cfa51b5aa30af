import { DomainError } from '@cairn/shared/errors/domain-error';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import type { AssetReader } from './get-asset.ts';
import type { ReleaseRepository } from './ports.ts';

export function getRelease(deps: {
  getAsset: (reader: AssetReader) => Promise<PublishedAsset>;
  releases: Pick<ReleaseRepository, 'get'>;
}) {
  return async (input: AssetReader & { version: string }): Promise<ReleaseRecord> =>
    releaseOf(await deps.getAsset(input), input.version, deps.releases);
}

/** A release exists if its asset names it; its own item alone makes nothing visible. */
export async function releaseOf(
  asset: PublishedAsset,
  version: string,
  releases: Pick<ReleaseRepository, 'get'>,
): Promise<ReleaseRecord> {
  const summary = Object.hasOwn(asset.releases, version) ? asset.releases[version] : undefined;
  if (summary === undefined) throw new DomainError('release.not_found');
  const release = await releases.get(asset.asin, summary.release_id);
  // A purge may have been faster than this replica's memory.
  if (release === undefined) throw new DomainError('release.not_found');
  return release;
}
