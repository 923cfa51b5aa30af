import { z } from '@hono/zod-openapi';
import { assetFields } from '@cairn/shared/fields/asset-fields';
import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import { displayPathField } from '@cairn/shared/fields/display-path';
import { idSchema, isId } from '@cairn/shared/ids';
import { releaseVersionField } from '@cairn/shared/fields/release-version';
import { textField } from '@cairn/shared/fields/text';
import { PICTURE_TYPES } from '../domain/picture-limits.ts';
import { SHOWN_STATES } from '../domain/following/shown-state.ts';

export const uploadParams = z.object({ upload_id: idSchema('upload') });

/** A picture's file id is its image id. */
export const fileParams = uploadParams.extend({
  file_id: z
    .string()
    .max(64)
    .refine((text) => isId('file', text) || isId('image', text), { error: 'must be an id of a file' })
    .openapi({ example: 'file_01jd3k5w6he0rtgq5h2tqf7zqk' }),
});

const EXAMPLE_SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const sizeField = z
  .number()
  .int()
  .min(1, { error: 'must be at least 1: an empty file is no asset' })
  .max(Number.MAX_SAFE_INTEGER)
  .openapi({ description: 'Bytes, exactly what will be sent', example: 194484 });

const sha256Field = z
  .string()
  .refine((text) => /^[0-9a-fA-F]{64}$/.test(text), {
    error: 'must be 64 hexadecimal digits',
    params: { code: 'sha256.malformed', hint: 'The SHA-256 of the bytes in hexadecimal, not in base64.' },
  })
  .transform((text) => text.toLowerCase())
  .openapi({
    type: 'string',
    pattern: '^[0-9a-fA-F]{64}$',
    description: 'SHA-256 of the bytes, hexadecimal',
    example: EXAMPLE_SHA256,
  });

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/i;

const contentTypeField = z
  .string()
  .refine((text) => text.length <= 100 && MEDIA_TYPE.test(text), {
    error: 'must be a media type',
    params: {
      code: 'media_type.malformed',
      hint: 'Such as model/gltf-binary, without parameters; leave it out if you do not know it.',
    },
  })
  .transform((text) => text.toLowerCase());

const declaredFile = z.strictObject({
  path: displayPathField,
  size: sizeField,
  sha256: sha256Field,
  content_type: contentTypeField
    .default('application/octet-stream')
    .openapi({ type: 'string', example: 'model/gltf-binary' }),
  main: z
    .boolean()
    .default(false)
    .openapi({ description: 'What /download of the asset grants; the first file unless one says so' }),
});

const declaredPicture = z.strictObject({
  path: displayPathField,
  size: sizeField,
  sha256: sha256Field,
  content_type: z.enum(PICTURE_TYPES).openapi({ example: 'image/jpeg' }),
});

const release = {
  note: textField({ min: 0, max: 2_000, multiline: true })
    .default('')
    .openapi({ type: 'string', description: 'What is new in this release' }),
  files: z.array(declaredFile).min(1).max(ASSET_LIMITS.filesPerRelease),
};

export const newAssetSchema = z
  .strictObject({
    ...assetFields,
    ...release,
    version: releaseVersionField.default('1.0.0'),
    pictures: z.array(declaredPicture).max(ASSET_LIMITS.pictures).default([]),
  })
  .openapi('NewAssetUpload');

export const newReleaseSchema = z
  .strictObject({
    ...release,
    asin: idSchema('asset'),
    version: releaseVersionField,
    compatible_engine_ver: assetFields.compatible_engine_ver,
  })
  .openapi('NewReleaseUpload');

export const newPicturesSchema = z
  .strictObject({
    asin: idSchema('asset'),
    pictures: z.array(declaredPicture).min(1).max(ASSET_LIMITS.pictures),
  })
  .openapi('NewPicturesUpload');

type NewPicturesUpload = z.output<typeof newPicturesSchema>;
type NewAssetUpload = z.output<typeof newAssetSchema>;
type NewReleaseUpload = z.output<typeof newReleaseSchema>;

/**
 * A body that names an asset is a release of it, or pictures for it where it has those and no files; any other is
 * a new asset. Decided first, so that the errors are those of what was meant; a union would answer with all.
 */
export const declarationSchema = z
  .unknown()
  .transform((body, ctx): NewAssetUpload | NewReleaseUpload | NewPicturesUpload => {
    const parsed = schemaFor(body).safeParse(body);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) ctx.addIssue({ ...issue });
    return z.NEVER;
  })
  .openapi('UploadDeclaration', {
    oneOf: [
      { $ref: '#/components/schemas/NewAssetUpload' },
      { $ref: '#/components/schemas/NewReleaseUpload' },
      { $ref: '#/components/schemas/NewPicturesUpload' },
    ],
  });

function schemaFor(body: unknown) {
  if (typeof body !== 'object' || body === null || !('asin' in body)) return newAssetSchema;
  return 'pictures' in body && !('files' in body) ? newPicturesSchema : newReleaseSchema;
}

const refusalSchema = z
  .object({
    code: z.string(),
    field: z.string(),
    message: z.string(),
    hint: z.string(),
    detail: z.string().optional(),
  })
  .openapi('Refusal');

export const putSchema = z
  .object({
    method: z.literal('PUT'),
    url: z.string().openapi({ description: 'A secret until it expires: it lets anybody send this file' }),
    headers: z.record(z.string(), z.string()).openapi({ description: 'To be sent exactly as they are' }),
    expires_at: z.iso.datetime(),
  })
  .openapi('PutInstruction');

export const receiptFile = z
  .object({
    file_id: z.string(),
    role: z.enum(['file', 'picture']),
    path: z.string(),
    size: z.number().int(),
    sha256: z.string(),
    stage: z.enum(['waiting', 'inspecting', 'accepted', 'rejected']),
    percent: z.number().int().min(0).max(100).openapi({
      description:
        'How much of its stage the file has behind it, never less than before within one. `waiting`: the share of its bytes that has arrived, for a file that is sent in parts; one that is sent whole stays at 0 until all of it is there. `inspecting`: the share that has been read and hashed, at most 99. `accepted` and `rejected`: 100.',
    }),
    refusal: refusalSchema.optional(),
    put: putSchema.optional(),
    multipart: z
      .object({ part_size: z.number().int().positive(), part_count: z.number().int().positive() })
      .optional()
      .openapi({ description: 'The file is sent in parts: GET its URLs' }),
  })
  .openapi('ReceiptFile');

export const receiptSchema = z
  .object({
    upload_id: z.string(),
    asin: z.string().openapi({ description: 'Of the asset; it exists once the upload is published' }),
    version: z.string(),
    state: z.enum(SHOWN_STATES),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    refusal: refusalSchema.optional(),
    files: z.array(receiptFile),
  })
  .openapi('Receipt');

export type Receipt = z.infer<typeof receiptSchema>;

const EXAMPLE_FILE = {
  file_id: 'file_01jd3k5w6he0rtgq5h2tqf7zqk',
  role: 'file' as const,
  path: 'knight.glb',
  size: 194484,
  sha256: EXAMPLE_SHA256,
};
const EXAMPLE_RECEIPT = {
  upload_id: 'upload_01jd3k5w6he0rtgq5h2tqf7zqk',
  asin: 'asset_01jd3k5w6he0rtgq5h2tqf7zqk',
  version: '1.0.0',
  created_at: '2026-11-22T23:58:00.000Z',
  expires_at: '2026-11-23T23:58:00.000Z',
};

export const EXAMPLES = {
  declaration: {
    name: 'Low-poly knight',
    description: 'A rigged knight with idle, walk and attack animations.',
    kind: '3d' as const,
    tags: ['character', 'medieval'],
    license: 'CC-BY-4.0',
    compatible_engine_ver: ['>=4.1 <5'],
    files: [{ path: 'knight.glb', size: 194484, sha256: EXAMPLE_SHA256, content_type: 'model/gltf-binary' }],
    pictures: [],
  },
  release: {
    asin: EXAMPLE_RECEIPT.asin,
    version: '1.1.0',
    note: 'A second set of animations.',
    compatible_engine_ver: ['>=4.2 <5'],
    files: [{ path: 'knight.glb', size: 194484, sha256: EXAMPLE_SHA256, content_type: 'model/gltf-binary' }],
  },
  pictures: {
    asin: EXAMPLE_RECEIPT.asin,
    pictures: [
      { path: 'cover.jpg', size: 48210, sha256: EXAMPLE_SHA256, content_type: 'image/jpeg' as const },
    ],
  },
  declared: {
    ...EXAMPLE_RECEIPT,
    state: 'created' as const,
    files: [
      {
        ...EXAMPLE_FILE,
        stage: 'waiting' as const,
        percent: 0,
        put: {
          method: 'PUT' as const,
          url: 'https://storage.example/cairn-incoming/upload_01.../file_01...?X-Amz-Signature=...',
          headers: { 'content-type': 'model/gltf-binary', 'content-length': '194484', 'if-none-match': '*' },
          expires_at: '2026-11-23T00:58:00.000Z',
        },
      },
    ],
  },
  published: {
    ...EXAMPLE_RECEIPT,
    state: 'published' as const,
    files: [{ ...EXAMPLE_FILE, stage: 'accepted' as const, percent: 100 }],
  },
};
