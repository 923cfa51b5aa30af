import type { AssetRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import { unyanked } from '@cairn/shared/records/newest-release';
import type { IndexChange, SearchDocument } from '../search/search-index.ts';

export function searchDocument(asset: PublishedAsset): SearchDocument {
  const { asin, user_id, name, description, kind, tags, license } = asset;
  const { asset_size, downloads, date_posted, date_updated } = asset;
  const offered = unyanked(asset.releases).flatMap((version) => asset.releases[version] ?? []);
  return {
    asin,
    user_id,
    name,
    description,
    kind,
    tags,
    license,
    ...(asset.file_words === undefined ? {} : { file_words: asset.file_words.join(' ') }),
    release_engines: offered.map((each) => each.compatible_engine_ver),
    platforms: distinct(offered.flatMap((each) => each.platforms ?? [])),
    formats: distinct(offered.flatMap((each) => each.formats ?? [])),
    asset_size,
    downloads,
    date_posted,
    date_updated,
  };
}

const distinct = (words: readonly string[]): string[] => [...new Set(words)];

/** Whether search finds it: not while it is withheld, nor once all its releases are yanked. */
export function isListed(asset: PublishedAsset): boolean {
  return asset.withheld === undefined && unyanked(asset.releases).length > 0;
}

/** What an index is told of a record. */
export function indexChange(record: AssetRecord): IndexChange {
  return record.status === 'published' && isListed(record)
    ? { type: 'put', document: searchDocument(record) }
    : { type: 'remove', asin: record.asin };
}
