import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { SearchDocument } from '../domain/search/search-index.ts';

/** What the catalog's table would hold of a generated asset: one release for each of its sets of engines. */
export function assetRecordOf(document: SearchDocument): Partial<PublishedAsset> {
  const { asin, name, description, kind, tags, license, asset_size, downloads } = document;
  const { date_posted, date_updated, platforms, formats } = document;
  const releases = document.release_engines.map((compatible_engine_ver, i) => {
    const release_id = `release_${asin.slice('asset_'.length)}`;
    const facts = {
      ...(platforms === undefined ? {} : { platforms: [...platforms] }),
      ...(formats === undefined ? {} : { formats: [...formats] }),
    };
    const summary = {
      release_id,
      compatible_engine_ver: [...compatible_engine_ver],
      size: asset_size,
      date_posted,
      ...facts,
    };
    return [`1.${i}.0`, summary] as const;
  });
  return {
    asin,
    user_id: `user_01${document.user_id.replace(/\D/g, '').padStart(24, '0')}`,
    name,
    description,
    kind,
    tags: [...tags],
    license,
    asset_location: `/v1/assets/${asin}/download`,
    asset_size,
    downloads,
    date_posted,
    date_updated,
    version: releases.at(-1)?.[0] ?? '1.0.0',
    compatible_engine_ver: [...(document.release_engines.at(-1) ?? [])],
    releases: Object.fromEntries(releases),
  };
}
