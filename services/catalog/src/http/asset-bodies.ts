import type { z } from '@hono/zod-openapi';
import { highestFirst } from '@cairn/shared/fields/release-version';
import type { ImageRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import { asset, assetSummary, release } from './asset-schemas.ts';

/** Public addresses, without a slash at the end. */
export interface PublicUrls {
  readonly api: string;
  readonly media: string;
}

/** Every body goes through its schema, which drops what is not public: co-owners, keys, upload and release ids. */
export function assetBody(record: PublishedAsset, urls: PublicUrls): z.infer<typeof asset> {
  return asset.parse({
    ...record,
    asset_location: urls.api + record.asset_location,
    images: record.images.map((image) => imageBody(image, urls)),
    releases: highestFirst(Object.keys(record.releases)).map((version) =>
      Object.assign({ version }, record.releases[version]),
    ),
  });
}

export function summaryBody(record: PublishedAsset, urls: PublicUrls): z.infer<typeof assetSummary> {
  const [first] = record.images;
  return assetSummary.parse({
    ...record,
    asset_location: urls.api + record.asset_location,
    image: first === undefined ? null : imageBody(first, urls),
  });
}

export function releaseBody(record: ReleaseRecord, urls: PublicUrls): z.infer<typeof release> {
  const base = `${urls.api}/v1/assets/${record.asin}/releases/${encodeURIComponent(record.version)}`;
  return release.parse({
    ...record,
    files: record.files.map((file) => ({
      ...file,
      download_url: `${base}/files/${file.file_id}/download`,
    })),
  });
}

function imageBody(image: ImageRecord, urls: PublicUrls) {
  return {
    ...image,
    variants: image.variants.map((variant) => ({ ...variant, url: `${urls.media}/${variant.key}` })),
  };
}
