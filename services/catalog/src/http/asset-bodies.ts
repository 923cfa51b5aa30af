import type { z } from '@hono/zod-openapi';
import { highestFirst } from '@cairn/shared/fields/release-version';
import type { ImageRecord, PublishedAsset, ReleaseSummary } from '@cairn/shared/records/asset-record';
import type { ShownRelease } from '../domain/get-release.ts';
import { asset, assetSummary, release, releaseList } from './asset-schemas.ts';
import type { EditorRole } from './editor-role.ts';

/** Public addresses, without a slash at the end. */
export interface PublicUrls {
  readonly api: string;
  readonly media: string;
}

/** Every body goes through its schema, which drops what is not public: keys, upload and release ids. */
export function assetBody(
  record: PublishedAsset,
  urls: PublicUrls,
  role?: EditorRole,
): z.infer<typeof asset> {
  return asset.parse({
    ...record,
    asset_location: urls.api + record.asset_location,
    images: record.images.map((image) => imageBody(image, urls)),
    releases: releaseItems(record),
    editing: role === undefined ? null : editingBody(record, role),
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

export function releaseListBody(record: PublishedAsset, urls: PublicUrls): z.infer<typeof releaseList> {
  const items = releaseItems(record).map((item) => {
    const release_url = releaseUrl(urls, record.asin, item.version);
    return { ...item, release_url };
  });
  return releaseList.parse({ items, total: items.length });
}

export function releaseBody(
  { release: record, summary }: ShownRelease,
  urls: PublicUrls,
): z.infer<typeof release> {
  const base = releaseUrl(urls, record.asin, record.version);
  return release.parse({
    ...record,
    yanked: summary.yanked ?? null,
    warning: yankWarning(summary.yanked),
    native_code: record.native_code ?? null,
    files: record.files.map((file) => ({
      ...file,
      archive: file.archive
        ? { ...file.archive, manifest_url: `${base}/files/${file.file_id}/manifest` }
        : null,
      model: file.model ?? null,
      download_url: `${base}/files/${file.file_id}/download`,
    })),
  });
}

const releaseItems = ({ releases }: PublishedAsset) =>
  highestFirst(Object.keys(releases)).map((version) => {
    const summary = releases[version];
    return { version, ...summary, yanked: summary?.yanked ?? null };
  });

const releaseUrl = (urls: PublicUrls, asin: string, version: string) =>
  `${urls.api}/v1/assets/${asin}/releases/${encodeURIComponent(version)}`;

const editingBody = (record: PublishedAsset, role: EditorRole) => ({
  role,
  co_owners: record.co_owners,
  removed_versions: record.removed_versions ?? [],
  withheld: record.withheld ?? null,
});

/** For people; `null` where there is nothing to be warned of. */
export const yankWarning = (yanked: ReleaseSummary['yanked']): string | null =>
  yanked === undefined ? null : `This release was yanked by its owner: ${yanked.reason}`;

function imageBody(image: ImageRecord, urls: PublicUrls) {
  return {
    ...image,
    thumbhash: image.thumbhash ?? null,
    dominant_color: image.dominant_color ?? null,
    variants: image.variants.map((variant) => ({ ...variant, url: `${urls.media}/${variant.key}` })),
  };
}
