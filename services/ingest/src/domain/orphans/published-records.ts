import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';

/** What the catalog's tables hold, a page at a time; read consistently, and never written. */
export interface PublishedRecords {
  releases(after: string | undefined): Promise<{ releases: ReleaseRecord[]; next: string | undefined }>;
  assets(after: string | undefined): Promise<{ assets: PublishedAsset[]; next: string | undefined }>;
}
