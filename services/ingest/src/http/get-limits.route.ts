import { BODY_LIMITS } from '@cairn/shared/http/body-limits';
import { endpoint } from '@cairn/shared/http/endpoint';
import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import { problems } from '@cairn/shared/http/problem';
import { createRoute, z } from '@hono/zod-openapi';
import { ARCHIVE_LIMITS } from '../domain/inspecting/archive-limits.ts';
import { limitsFrom, type Limits } from '../domain/limits.ts';
import { PICTURE_TYPES, THUMBNAIL_WIDTHS } from '../domain/picture-limits.ts';
import { MODEL_LIMITS } from '../inspection/model/limits.ts';

const count = z.number().int().positive();
const length = z.object({ min: count, max: count });

const limitsSchema = z
  .object({
    max_declaration_bytes: count,
    max_file_bytes: count,
    multipart_threshold_bytes: count,
    max_picture_bytes: count,
    max_picture_pixels: count,
    max_files: count,
    max_pictures: count,
    max_path_bytes: count,
    max_tags: count,
    max_tag_length: count,
    max_engine_ranges: count,
    max_releases: count,
    name_length: length,
    description_length: length,
    picture_types: z.array(z.string()),
    thumbnail_widths: z.array(count),
    upload_lifetime_seconds: count,
    put_url_lifetime_seconds: count,
    archives: z.object({
      max_entries: count,
      max_path_bytes: count,
      max_path_depth: count,
      max_entry_bytes: count,
      max_unpacked_bytes: count,
      max_ratio: count,
      ratio_free_bytes: count,
    }),
    models: z.object({ max_glb_json_bytes: count, max_gltf_bytes: count, max_references: count }),
    programs_accepted: z.boolean(),
    quota: z.object({ bytes: count, assets: count, open_uploads: count }),
  })
  .openapi('Limits');

const EXAMPLE = limitsFrom({
  maxFileBytes: 5 * 2 ** 30,
  multipartThresholdBytes: 64 * 2 ** 20,
  quotaBytes: 50 * 2 ** 30,
  quotaAssets: 1_000,
  quotaOpenUploads: 100,
});

const route = createRoute({
  method: 'get',
  path: '/v1/limits',
  operationId: 'GetLimits',
  tags: ['Uploads'],
  summary: 'What an upload may be',
  description: 'Every limit that a declaration is checked against. Sizes in bytes, lengths in characters.',
  request: { query: z.strictObject({}) },
  responses: {
    200: {
      description: 'The limits',
      content: { 'application/json': { schema: limitsSchema, example: toBody(EXAMPLE) } },
    },
    ...problems('request.invalid'),
  },
});

export const getLimitsRoute = (limits: Limits) =>
  endpoint(route, (c) => {
    c.header('Cache-Control', 'public, max-age=60');
    return c.json(toBody(limits), 200);
  });

function toBody(limits: Limits): z.infer<typeof limitsSchema> {
  return {
    max_declaration_bytes: BODY_LIMITS.ingest,
    max_file_bytes: limits.maxFileBytes,
    multipart_threshold_bytes: limits.multipartThresholdBytes,
    max_picture_bytes: limits.maxPictureBytes,
    max_picture_pixels: limits.maxPixels,
    max_files: limits.maxFiles,
    max_pictures: limits.maxPictures,
    max_path_bytes: ASSET_LIMITS.pathBytes,
    max_tags: ASSET_LIMITS.tags,
    max_tag_length: ASSET_LIMITS.tagLength,
    max_engine_ranges: ASSET_LIMITS.engineRanges,
    max_releases: ASSET_LIMITS.releases,
    name_length: ASSET_LIMITS.name,
    description_length: ASSET_LIMITS.description,
    picture_types: [...PICTURE_TYPES],
    thumbnail_widths: [...THUMBNAIL_WIDTHS],
    upload_lifetime_seconds: limits.uploadLifetimeSeconds,
    put_url_lifetime_seconds: limits.urlLifetimeSeconds,
    archives: {
      max_entries: ARCHIVE_LIMITS.entries,
      max_path_bytes: ARCHIVE_LIMITS.pathBytes,
      max_path_depth: ARCHIVE_LIMITS.pathDepth,
      max_entry_bytes: ARCHIVE_LIMITS.entryBytes,
      max_unpacked_bytes: ARCHIVE_LIMITS.unpackedBytes,
      max_ratio: ARCHIVE_LIMITS.ratio,
      ratio_free_bytes: ARCHIVE_LIMITS.ratioFreeBytes,
    },
    models: {
      max_glb_json_bytes: MODEL_LIMITS.glbJsonBytes,
      max_gltf_bytes: MODEL_LIMITS.gltfBytes,
      max_references: MODEL_LIMITS.references,
    },
    programs_accepted: limits.acceptPrograms,
    quota: {
      bytes: limits.quota.bytes,
      assets: limits.quota.assets,
      open_uploads: limits.quota.openUploads,
    },
  };
}
