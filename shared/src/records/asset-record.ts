import { z } from '@hono/zod-openapi';
import { KINDS } from '../fields/kinds.ts';
import { outboxAttributes } from '../messaging/outbox.ts';

const timestamp = z.iso.datetime();

export const imageVariant = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  key: z.string(),
  size: z.number().int().positive(),
});

/** One picture: its size as seen (upright) and its derivatives in `media`. */
export const imageRecord = z.object({
  image_id: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  variants: z.array(imageVariant).min(1),
  /** Bytes of the picture that was sent, which counts against the quota until the picture is removed. */
  original_size: z.number().int().positive().optional(),
  /** Base64 of a few bytes that can be shown as a blur until the picture is there. */
  thumbhash: z.string().optional(),
  /** `#rrggbb` */
  dominant_color: z.string().optional(),
});

const timed = { reason: z.string(), at: timestamp };

/** What search and "newest that fits" need of a release, kept in the asset so that one read answers. */
export const releaseSummary = z.object({
  release_id: z.string(),
  compatible_engine_ver: z.array(z.string()),
  size: z.number().int().positive(),
  date_posted: timestamp,
  /** What native code in it runs on, and the formats of its models and archives; a few of each, for filters. */
  platforms: z.array(z.string()).optional(),
  formats: z.array(z.string()).optional(),
  /** Taken back, with a reason: it leaves search and "newest", and can still be had by its version. */
  yanked: z.object(timed).optional(),
});

/** Objects below `{asin}/{folder}/` that nothing shows any more. */
export const leftover = z.object({
  due_at: timestamp,
  /** How many times in a row the purge found nothing left of it. */
  clean_passes: z.number().int().nonnegative().optional(),
  /** Named, so that they are nobody's orphans as long as a cache may show them. */
  keys: z.array(z.string()).optional(),
});

const identity = {
  asin: z.string(),
  user_id: z.string(),
  /** Grows by one with every write; an edit names the one that it is for, an event the one it tells of. */
  revision: z.number().int().positive(),
  date_posted: timestamp,
  date_updated: timestamp,
  due_shard: z.string().optional(),
  due_at: z.string().optional(),
  /** The event of the newest edit or deletion: a writer whose answer was lost knows its write by it. */
  last_event_id: z.string().optional(),
  ...outboxAttributes,
};

export const publishedAsset = z.object({
  ...identity,
  status: z.literal('published'),
  co_owners: z.array(z.string()).default([]),
  name: z.string(),
  description: z.string(),
  kind: z.enum(KINDS),
  tags: z.array(z.string()),
  license: z.string(),
  images: z.array(imageRecord),
  /** Path of the stable download URL, below the public address of the API. */
  asset_location: z.string(),
  /** Bytes of the newest release. */
  asset_size: z.number().int().positive(),
  /** A copy of the derived total, written by the counter alone and without a new revision. */
  downloads: z.number().int().nonnegative().default(0),
  compatible_engine_ver: z.array(z.string()),
  /** The newest release's version. */
  version: z.string(),
  /** By version. A release that is not in here does not exist for anybody. */
  releases: z.record(z.string(), releaseSummary),
  /** Those of the newest release, for search alone; the catalog keeps no copy of them in memory. */
  file_words: z.array(z.string()).optional(),
  /** Versions of deleted releases: never used again. */
  removed_versions: z.array(z.string()).optional(),
  /** Their ids, by which a repeated publication recognises that it was made before. */
  removed_releases: z.array(z.string()).optional(),
  /** What releases and pictures that were removed took of the quota, all together; it only grows. */
  removed_bytes: z.number().int().nonnegative().optional(),
  /** Hidden by a moderator: as if absent, but for its owner and moderators. */
  withheld: z.object(timed).optional(),
  /** By release or picture id, what is still to be removed; `due_at` of the item is the earliest of theirs. */
  leftovers: z.record(z.string(), leftover).optional(),
  /** The newest uploads that added pictures, by which a repeated one recognises itself. */
  picture_uploads: z.array(z.string()).optional(),
  /** The upload that created it, by which a repeated publication recognises itself. */
  upload_id: z.string(),
});

/** What is left of a deleted asset, for ever: a late write or event finds it and stops. */
export const assetTombstone = z.object({
  ...identity,
  status: z.literal('deleted'),
  date_deleted: timestamp,
  /** How many times in a row the purge found nothing left of it. */
  clean_passes: z.number().int().nonnegative().optional(),
});

/** An item of `celtic_assets`. */
export const assetRecord = z.discriminatedUnion('status', [publishedAsset, assetTombstone]);

export type Leftover = z.infer<typeof leftover>;
export type ImageRecord = z.infer<typeof imageRecord>;
export type ReleaseSummary = z.infer<typeof releaseSummary>;
export type PublishedAsset = z.infer<typeof publishedAsset>;
export type AssetTombstone = z.infer<typeof assetTombstone>;
export type AssetRecord = z.infer<typeof assetRecord>;
