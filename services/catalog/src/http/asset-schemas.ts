import { z } from '@hono/zod-openapi';
import { kindField } from '@cairn/shared/fields/asset-fields';
import { idSchema } from '@cairn/shared/ids';
import { releaseVersionField } from '@cairn/shared/fields/release-version';

const EXAMPLE_ASIN = 'asset_01jd3k5w6he0rtgq5h2tqf7zqk';
const API = 'https://api.example.com/v1';
const MEDIA = 'https://media.example.com';

const timestamp = z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' });
const size = z.number().int().openapi({ description: 'Bytes', example: 194484 });
const engineRanges = z
  .array(z.string())
  .openapi({ description: 'Engine versions and ranges that it works with', example: ['>=4.1 <5'] });

export const assetParams = z.object({
  asin: idSchema('asset').openapi({ param: { name: 'asin', in: 'path' } }),
});
export const releaseParams = assetParams.extend({
  version: releaseVersionField.openapi({ param: { name: 'version', in: 'path' } }),
});
export const fileParams = releaseParams.extend({
  file_id: idSchema('file').openapi({ param: { name: 'file_id', in: 'path' } }),
});

const imageVariant = z.object({
  width: z.number().int().openapi({ example: 256 }),
  height: z.number().int().openapi({ example: 192 }),
  size: z.number().int().openapi({ description: 'Bytes', example: 5120 }),
  url: z.url().openapi({ example: `${MEDIA}/${EXAMPLE_ASIN}/image_01jd3k5w6he0rtgq5h2tqf7zqk/1/256.webp` }),
});

const image = z
  .object({
    image_id: z.string().openapi({ example: 'image_01jd3k5w6he0rtgq5h2tqf7zqk' }),
    width: z.number().int().openapi({ description: 'Of the picture as it was sent, upright', example: 1600 }),
    height: z.number().int().openapi({ example: 1200 }),
    variants: z.array(imageVariant).openapi({ description: 'WebP in several widths' }),
  })
  .openapi('Image');

const assetCore = {
  asin: z.string().openapi({ example: EXAMPLE_ASIN }),
  user_id: z.string().openapi({ example: 'user_01jd3k5w6he0rtgq5h2tqf7zqk' }),
  name: z.string().openapi({ example: 'Low-poly knight' }),
  kind: kindField,
  tags: z.array(z.string()).openapi({ example: ['character', 'medieval'] }),
  license: z.string().openapi({ example: 'CC-BY-4.0' }),
  compatible_engine_ver: engineRanges,
  version: z.string().openapi({ description: 'The newest release', example: '1.0.0' }),
  asset_location: z.url().openapi({
    description: 'The stable address from which anybody downloads the main file of the newest release',
    example: `${API}/assets/${EXAMPLE_ASIN}/download`,
  }),
  asset_size: size,
  downloads: z.number().int().openapi({ example: 42 }),
  date_posted: timestamp,
  date_updated: timestamp,
};

export const assetSummary = z
  .object({
    ...assetCore,
    image: image.nullable().openapi({ description: 'The first picture, if there is one' }),
  })
  .openapi('AssetSummary');

export const asset = z
  .object({
    ...assetCore,
    description: z.string().openapi({ example: 'A rigged knight with idle, walk and attack animations.' }),
    images: z.array(image),
    revision: z.number().int().openapi({ description: 'Grows with every edit and release', example: 3 }),
    releases: z
      .array(
        z.object({
          version: z.string().openapi({ example: '1.0.0' }),
          size,
          compatible_engine_ver: engineRanges,
          date_posted: timestamp,
        }),
      )
      .openapi({ description: 'The highest version first' }),
  })
  .openapi('Asset');

export const release = z
  .object({
    asin: z.string().openapi({ example: EXAMPLE_ASIN }),
    version: z.string().openapi({ example: '1.0.0' }),
    note: z.string().openapi({ example: 'First release.' }),
    size,
    compatible_engine_ver: engineRanges,
    date_posted: timestamp,
    main_file_id: z.string().openapi({ example: 'file_01jd3k5w6he0rtgq5h2tqf7zqk' }),
    files: z.array(
      z.object({
        file_id: z.string().openapi({ example: 'file_01jd3k5w6he0rtgq5h2tqf7zqk' }),
        path: z.string().openapi({ example: 'models/knight.glb' }),
        size,
        sha256: z.string().openapi({
          description: 'Of the bytes that are served, in lower-case hexadecimal',
          example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        }),
        media_type: z.string().openapi({ example: 'model/gltf-binary' }),
        download_url: z.url().openapi({
          example: `${API}/assets/${EXAMPLE_ASIN}/releases/1.0.0/files/file_01jd3k5w6he0rtgq5h2tqf7zqk/download`,
        }),
      }),
    ),
  })
  .openapi('Release');

export const searchPage = z
  .object({
    items: z.array(assetSummary),
    total: z.number().int().openapi({ description: 'How many assets match in all', example: 1 }),
    next_cursor: z
      .string()
      .nullable()
      .openapi({ description: 'Send it as `cursor` for the next page; null on the last one', example: null }),
  })
  .openapi('SearchPage');

export const download = z
  .object({
    url: z.url().openapi({
      description: 'Whoever has it can read the file until it expires: keep it out of logs',
      example: 'https://store.example.com/cairn-assets/...',
    }),
    expires_at: timestamp,
    file_name: z.string().openapi({ example: 'knight.glb' }),
    size,
    sha256: z
      .string()
      .openapi({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' }),
    media_type: z.string().openapi({ example: 'model/gltf-binary' }),
  })
  .openapi('Download');
