import { z } from '@hono/zod-openapi';

const natural = z.number().int().nonnegative();

/** Facts about an archive; what is in it is told, entry by entry, by its manifest in S3. */
export const archiveSummary = z.object({
  format: z.enum(['zip', 'tar', 'tar.gz']),
  /** Key of the manifest, beside the archive's own. */
  manifest_key: z.string(),
  manifest_size: z.number().int().positive(),
  manifest_sha256: z.string(),
  entries: z.number().int().positive(),
  unpacked_bytes: natural,
});

export const modelSummary = z.object({
  format: z.enum(['glb', 'gltf', 'obj', 'stl']),
  meshes: natural,
  triangles: natural,
  materials: natural,
  textures: natural,
  animations: natural,
});

const platforms = z.array(z.string());

/** Compiled code that comes with a release: how many files, what they run on, and which, as far as that is short. */
export const nativeCodeSummary = z.object({
  count: z.number().int().positive(),
  platforms,
  /** The first ones, at most `MAX_NATIVE_FILES`; the manifests have all. */
  files: z.array(z.object({ path: z.string(), platforms })),
});

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
  archive: archiveSummary.optional(),
  model: modelSummary.optional(),
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
  native_code: nativeCodeSummary.optional(),
  /** Distinct folded words of the paths in archives, at most `MAX_FILE_WORDS_BYTES` together. */
  file_words: z.array(z.string()).optional(),
  date_posted: z.iso.datetime(),
});

export const MAX_NATIVE_FILES = 100;
export const MAX_FILE_WORDS_BYTES = 8 * 1024;

export type ArchiveSummary = z.infer<typeof archiveSummary>;
export type ModelSummary = z.infer<typeof modelSummary>;
export type NativeCodeSummary = z.infer<typeof nativeCodeSummary>;
export type ReleaseFile = z.infer<typeof releaseFile>;
export type ReleaseRecord = z.infer<typeof releaseRecord>;
