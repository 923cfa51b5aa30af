import { z } from '@hono/zod-openapi';

/** One file of a release. `key` and `bucket` never leave the services. */
export const releaseFile = z.object({
  file_id: z.string(),
  /** Display path, at most 255 bytes: what the client called it. */
  path: z.string(),
  key: z.string(),
  size: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Found by looking at the content, never the client's word. */
  media_type: z.string(),
});

/** An item of `asset_releases`. It never changes; it is visible once its asset's item names it. */
export const releaseRecord = z.object({
  asin: z.string(),
  release_id: z.string(),
  version: z.string(),
  upload_id: z.string(),
  user_id: z.string(),
  compatible_engine_ver: z.array(z.string()),
  note: z.string(),
  size: z.number().int().positive(),
  files: z.array(releaseFile).min(1),
  /** The file that `/download` of the release grants. */
  main_file_id: z.string(),
  date_posted: z.iso.datetime(),
});

export type ReleaseFile = z.infer<typeof releaseFile>;
export type ReleaseRecord = z.infer<typeof releaseRecord>;
