import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { SearchDocument } from '../search/search-index.ts';

export function searchDocument(asset: PublishedAsset): SearchDocument {
  const { asin, user_id, name, description, kind, tags, license } = asset;
  const { asset_size, downloads, date_posted, date_updated } = asset;
  return {
    asin,
    user_id,
    name,
    description,
    kind,
    tags,
    license,
    release_engines: Object.values(asset.releases).map((release) => release.compatible_engine_ver),
    asset_size,
    downloads,
    date_posted,
    date_updated,
  };
}
