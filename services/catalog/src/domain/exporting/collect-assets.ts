import { DomainError } from '@cairn/shared/errors/domain-error';
import type { Sections } from '@cairn/shared/exports/json-document';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import type { Ownership } from '../browse/ownership.ts';
import type { ModerationLog } from '../moderation/moderation-log.ts';
import type { AssetRepository, ReleaseRepository } from '../ports.ts';
import type { Replica } from '../replica/replica.ts';

const MOST_ACTS = 1_000;

export interface CollectAssetsDeps {
  readonly assets: Pick<AssetRepository, 'get' | 'idsOfOwner'>;
  readonly releases: Pick<ReleaseRepository, 'get'>;
  readonly log: Pick<ModerationLog, 'list'>;
  readonly replica: Pick<Replica, 'isReady'>;
  readonly ownership: Pick<Ownership, 'idsOfOwner' | 'idsOfCoOwner'>;
}

/**
 * What the catalog knows of a user, for an export: their assets with all releases and with what moderators did to
 * them (not who that was), and which assets of others they may edit. The files themselves are not in it: each is
 * had at its asset's address. Of downloads nobody's name is kept.
 */
export function collectAssets(deps: CollectAssetsDeps): (userId: string) => Promise<Sections> {
  const { assets, releases } = deps;

  async function* owned(userId: string) {
    // The index can lag and memory too, each behind another part of the log: whatever either names is looked at.
    const seen = new Set<string>();
    const pages = [deps.ownership.idsOfOwner(userId)];
    for await (const page of assets.idsOfOwner(userId)) pages.push(page);
    for (const asin of pages.flat()) {
      if (seen.has(asin)) continue;
      seen.add(asin);
      const asset = await assets.get(asin);
      if (asset?.user_id !== userId) continue;
      if (asset.status === 'deleted') {
        const { date_posted, date_deleted, status } = asset;
        yield { asin, status, date_posted, date_deleted };
        continue;
      }
      const acts = await deps.log.list(asin, MOST_ACTS);
      yield {
        ...describedAsset(asset),
        releases: await releasesOf(asset),
        moderation: acts.map(({ act, reason, at }) => ({ act, reason, at })),
      };
    }
  }

  async function releasesOf(asset: PublishedAsset) {
    const described = [];
    for (const [version, { release_id, yanked }] of Object.entries(asset.releases)) {
      const release = await releases.get(asset.asin, release_id);
      described.push(release === undefined ? { version, yanked } : { ...describedRelease(release), yanked });
    }
    return described;
  }

  async function* shared(userId: string) {
    for (const asin of deps.ownership.idsOfCoOwner(userId)) {
      const asset = await assets.get(asin);
      if (asset?.status === 'published' && asset.co_owners.includes(userId)) {
        yield { asin, name: asset.name };
      }
    }
  }

  return async (userId) => {
    // No index knows of co-owners; memory does, once it is complete.
    if (!deps.replica.isReady()) throw new DomainError('search.unavailable', { retryable: true });
    return { assets: owned(userId), co_owner_of: shared(userId) };
  };
}

/** As the owner may read it, without what the services tell each other by it. */
function describedAsset(asset: PublishedAsset) {
  const { asin, status, name, description, kind, tags, license, co_owners, asset_location } = asset;
  const { date_posted, date_updated, downloads, asset_size, compatible_engine_ver, version } = asset;
  return {
    asin,
    status,
    name,
    description,
    kind,
    tags,
    license,
    co_owners,
    asset_location,
    version,
    compatible_engine_ver,
    asset_size,
    downloads,
    date_posted,
    date_updated,
    withheld: asset.withheld,
    images: asset.images.map(({ image_id, width, height }) => ({ image_id, width, height })),
  };
}

const describedRelease = ({
  release_id,
  version,
  note,
  user_id,
  date_posted,
  ...release
}: ReleaseRecord) => ({
  release_id,
  version,
  note,
  published_by: user_id,
  date_posted,
  compatible_engine_ver: release.compatible_engine_ver,
  size: release.size,
  files: release.files.map(({ file_id, path, size, sha256, media_type }) => ({
    file_id,
    path,
    size,
    sha256,
    media_type,
  })),
});
