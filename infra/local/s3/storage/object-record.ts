import type { Segment } from './blob-store.ts';
import type { Checksum } from './checksums.ts';

/** The headers that are stored with an object and given back, by their lower-cased names. */
export const STORED_HEADERS = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const;
export type StoredHeader = (typeof STORED_HEADERS)[number];

export interface ObjectDescription {
  headers: Partial<Record<StoredHeader, string>>;
  /** User metadata, without the `x-amz-meta-`. */
  metadata: Record<string, string>;
}

export interface ObjectDraft extends ObjectDescription {
  sizeBytes: number;
  /** Without its quotes. */
  etag: string;
  segments: Segment[];
  checksum?: Checksum | undefined;
  /** The multipart upload that made it. */
  upload?: { id: string; partsDigest: string } | undefined;
}

/** One version of an object, as it is stored in its metadata file. */
export interface ObjectRecord extends ObjectDraft {
  key: string;
  lastModified: string;
  sequencer: string;
}
