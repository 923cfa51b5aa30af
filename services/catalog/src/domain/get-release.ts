import { DomainError } from '@cairn/shared/errors/domain-error';
import type { PublishedAsset, ReleaseSummary } from '@cairn/shared/records/asset-record';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import type { AssetReader } from './get-asset.ts';
import type { ReleaseRepository } from './ports.ts';
import { newestFor } from './releases/newest-release.ts';
import { summaryOf } from './releases/yank-release.ts';

export interface ReleaseReader extends AssetReader {
  /** undefined: the newest that is offered, and that supports the engine if there is one. */
  version?: string | undefined;
  engine?: string | undefined;
}

/** A release as it was published, and what its asset says of it by now. */
export interface ShownRelease {
  readonly release: ReleaseRecord;
  readonly summary: ReleaseSummary;
}

export function getRelease(deps: {
  getAsset: (reader: AssetReader) => Promise<PublishedAsset>;
  releases: Pick<ReleaseRepository, 'get'>;
}) {
  return async ({ version: wanted, engine, ...reader }: ReleaseReader): Promise<ShownRelease> => {
    const asset = await deps.getAsset(reader);
    const version = wanted ?? newestFor(asset, engine);
    return { summary: summaryOf(asset, version), release: await releaseOf(asset, version, deps.releases) };
  };
}

/** A release exists if its asset names it; its own item alone makes nothing visible. */
export async function releaseOf(
  asset: PublishedAsset,
  version: string,
  releases: Pick<ReleaseRepository, 'get'>,
): Promise<ReleaseRecord> {
  const release = await releases.get(asset.asin, summaryOf(asset, version).release_id);
  // A purge may have been faster than this replica's memory.
  if (release === undefined) throw new DomainError('release.not_found');
  return release;
}
