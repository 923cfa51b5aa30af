import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import type { AssetRecord } from '@cairn/shared/records/asset-record';
import { tombstoneOfNothing } from '@cairn/shared/records/asset-tombstone';
import { namesRelease, type Publication, type PublicationResult } from '@cairn/shared/records/publication';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import { anAsset } from './builders.ts';

/** The catalog's tables in memory, as far as ingest writes them, and what tests want to know of them. */
export function memoryPublication() {
  /** Every publication that was made, in order. */
  const published: string[] = [];
  /** What is visible in the catalog now. */
  const records = new Set<string>();
  /** Assets whose deletion the catalog has announced. */
  const deletionEvents: string[] = [];
  const tombstones = new Set<string>();
  const publicationResult: { next: PublicationResult } = { next: { outcome: 'published', revision: 1 } };
  const catalog = new Map<string, AssetRecord>();
  const releases = new Map<string, ReleaseRecord>();

  const idOf = ({ asin, release_id }: Pick<ReleaseRecord, 'asin' | 'release_id'>) => `${asin}/${release_id}`;
  const namedBy = (release: ReleaseRecord) => ({
    [release.version]: {
      release_id: release.release_id,
      compatible_engine_ver: release.compatible_engine_ver,
      size: release.size,
      date_posted: release.date_posted,
    },
  });

  const publication: Publication = {
    async findAsset(asin) {
      return catalog.get(asin);
    },
    async findRelease(asin, release_id) {
      return releases.get(idOf({ asin, release_id }));
    },
    async createAsset(asset, release) {
      const { asin } = asset;
      if (tombstones.has(asin)) return { outcome: 'asset_gone' };
      if (publicationResult.next.outcome === 'published' && !records.has(asin)) {
        published.push(asin);
        records.add(asin);
        releases.set(idOf(release), release);
        catalog.set(asin, anAsset(asset.user_id, { ...asset, releases: namedBy(release) }));
      }
      return publicationResult.next;
    },
    async addRelease(release) {
      if (publicationResult.next.outcome !== 'published') return publicationResult.next;
      const asset = catalog.get(release.asin);
      if (asset?.status !== 'published') return { outcome: 'asset_gone' };
      if (namesRelease(asset, release.release_id)) return publicationResult.next;
      if (asset.removed_releases?.includes(release.release_id) === true) return publicationResult.next;
      if (asset.removed_versions?.includes(release.version) === true) return { outcome: 'version_taken' };
      if (asset.releases[release.version] !== undefined) return { outcome: 'version_taken' };
      published.push(release.release_id);
      releases.set(idOf(release), release);
      catalog.set(release.asin, { ...asset, releases: { ...asset.releases, ...namedBy(release) } });
      return publicationResult.next;
    },
    async addPictures({ asin, user_id, upload_id, images }) {
      const asset = catalog.get(asin);
      if (asset?.status !== 'published') return { outcome: 'asset_gone' };
      const uploads = asset.picture_uploads ?? [];
      if (uploads.includes(upload_id)) return { outcome: 'published', revision: asset.revision };
      if (asset.user_id !== user_id && !asset.co_owners.includes(user_id)) return { outcome: 'not_owner' };
      if (asset.images.length + images.length > ASSET_LIMITS.pictures)
        return { outcome: 'too_many_pictures' };
      published.push(upload_id);
      const revision = asset.revision + 1;
      const shown = [...asset.images, ...images];
      catalog.set(asin, { ...asset, images: shown, picture_uploads: [...uploads, upload_id], revision });
      return { outcome: 'published', revision };
    },
    async withdraw({ asin, user_id }, _, now) {
      if (records.delete(asin)) deletionEvents.push(asin);
      tombstones.add(asin);
      catalog.set(asin, tombstoneOfNothing(asin, user_id, now));
    },
    async discardRelease(release) {
      if (!namesRelease(catalog.get(release.asin), release.release_id)) releases.delete(idOf(release));
    },
  };
  return {
    publication,
    published,
    records,
    deletionEvents,
    tombstones,
    publicationResult,
    catalog,
    releases,
  };
}
