import { createHash } from 'node:crypto';
import { KINDS } from '@cairn/shared/fields/kinds';
import { imageRecord } from '@cairn/shared/records/asset-record';
import { archiveSummary, modelSummary, nativeCodeSummary } from '@cairn/shared/records/release-record';
import { originSchema } from '@cairn/shared/telemetry/origin';
import { z } from '@hono/zod-openapi';
import { REFUSALS, type RefusalCode } from '../domain/refusals.ts';
import { TRANSITIONS, type StoredState, type Upload, type UploadFile } from '../domain/upload.ts';

/*
 * The items of the table `uploads`. An upload and its files share the partition `upload_id`; only the
 * upload's own item has the attributes of the two indexes.
 */
export const UPLOAD_ITEM = 'upload';
export const fileItem = (fileId: string): string => `file#${fileId}`;

/** The items stay for a month after the deadline, as the receipt; then DynamoDB may remove them. */
const KEEP_SECONDS = 30 * 86_400;
export const DUE_SHARDS = 4;

const refusal = z
  .object({
    code: z.enum(Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]]),
    detail: z.string().optional(),
  })
  .optional();

const uploadSchema = z.object({
  upload_id: z.string(),
  user_id: z.string(),
  asin: z.string(),
  release_id: z.string(),
  event_id: z.string(),
  asset: z
    .object({
      name: z.string(),
      description: z.string(),
      kind: z.enum(KINDS),
      tags: z.array(z.string()),
      license: z.string(),
    })
    .optional(),
  charged_to: z.string(),
  version: z.string(),
  note: z.string(),
  compatible_engine_ver: z.array(z.string()),
  main_file_id: z.string(),
  file_count: z.number().int(),
  total_bytes: z.number().int(),
  state: z.enum(Object.keys(TRANSITIONS) as [StoredState, ...StoredState[]]),
  created_at: z.string(),
  deadline: z.string(),
  due_at: z.string().optional(),
  ended_at: z.string().optional(),
  refusal,
  origin: originSchema,
});

const factsSchema = z.object({
  key: z.string(),
  media_type: z.string(),
  image: imageRecord.optional(),
  archive: archiveSummary.optional(),
  model: modelSummary
    .extend({
      references: z.array(z.string()),
      buffers: z.array(z.object({ path: z.string(), bytes: z.number().int() })).optional(),
    })
    .optional(),
  material_library: z.object({ references: z.array(z.string()) }).optional(),
  native_code: nativeCodeSummary.optional(),
  words: z.array(z.string()).optional(),
  inspected_at: z.string().optional(),
});

const fileSchema = z.object({
  upload_id: z.string(),
  file_id: z.string(),
  role: z.enum(['file', 'picture']),
  position: z.number().int(),
  path: z.string(),
  size: z.number().int(),
  sha256: z.string(),
  content_type: z.string(),
  state: z.enum(['waiting', 'inspecting', 'accepted', 'rejected']),
  multipart: z
    .object({
      part_size: z.number().int().positive(),
      part_count: z.number().int().positive(),
      store_id: z.string().optional(),
    })
    .optional(),
  sequencer: z.string().optional(),
  lease: z.object({ token: z.string(), until: z.string() }).optional(),
  inspected_bytes: z.number().int().optional(),
  faults: z.number().int().optional(),
  facts: factsSchema.optional(),
  refusal,
});

const expiresAt = (deadline: string) => Math.floor(Date.parse(deadline) / 1000) + KEEP_SECONDS;

/** Shards by time would be hot; shards by id are not. */
export const dueShard = (uploadId: string): string =>
  String((createHash('sha256').update(uploadId).digest()[0] ?? 0) % DUE_SHARDS);

export function uploadToItem(upload: Upload): Record<string, unknown> {
  return {
    ...upload,
    item: UPLOAD_ITEM,
    expires_at: expiresAt(upload.deadline),
    ...(upload.due_at === undefined ? {} : { due_shard: dueShard(upload.upload_id) }),
  };
}

export function fileToItem(file: UploadFile, deadline: string): Record<string, unknown> {
  return { ...file, item: fileItem(file.file_id), expires_at: expiresAt(deadline) };
}

export function itemToUpload(item: Record<string, unknown>): Upload {
  const { asset, due_at, ended_at, refusal: why, ...rest } = uploadSchema.parse(item);
  return { ...rest, asset, due_at, ended_at, refusal: why };
}

export function itemToFile(item: Record<string, unknown>): UploadFile {
  const {
    multipart,
    sequencer,
    lease,
    inspected_bytes,
    facts,
    refusal: why,
    ...rest
  } = fileSchema.parse(item);
  return {
    ...rest,
    multipart: multipart && { ...multipart, store_id: multipart.store_id },
    sequencer,
    lease,
    inspected_bytes,
    refusal: why,
    facts: facts && { ...facts, image: facts.image },
  };
}
