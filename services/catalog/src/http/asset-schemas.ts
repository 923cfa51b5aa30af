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

const yankedMark = z
  .object({
    reason: z.string().openapi({ example: 'Its textures are missing.' }),
    at: timestamp,
  })
  .nullable()
  .openapi({ description: 'Why and when it was taken back; null: it was not' });

const editing = z
  .object({
    role: z.enum(['owner', 'co_owner', 'moderator']),
    co_owners: z.array(z.string()).openapi({ example: ['user_01jd3k5w6he0rtgq5h2tqf7zqk'] }),
    removed_versions: z
      .array(z.string())
      .openapi({ description: 'Of deleted releases; no release can have them again', example: [] }),
    withheld: z
      .object({ reason: z.string().openapi({ example: "It is somebody else's work." }), at: timestamp })
      .nullable()
      .openapi({ description: 'Why and when a moderator hid it from everybody else; null: it is public' }),
  })
  .openapi('AssetEditing');

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
    thumbhash: z.string().nullable().openapi({
      description: 'Base64 of a ThumbHash: a blur to show until the picture is there',
      example: '3OcRJYB4d3h/iIeHeEh3eIhw+j3A',
    }),
    dominant_color: z.string().nullable().openapi({ example: '#7c6a58' }),
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

const releaseItem = z
  .object({
    version: z.string().openapi({ example: '1.0.0' }),
    size,
    compatible_engine_ver: engineRanges,
    date_posted: timestamp,
    yanked: yankedMark,
  })
  .openapi('ReleaseItem');

export const releaseList = z
  .object({
    items: z.array(
      releaseItem.extend({
        release_url: z.url().openapi({ example: `${API}/assets/${EXAMPLE_ASIN}/releases/1.0.0` }),
      }),
    ),
    total: z.number().int().openapi({ example: 1 }),
  })
  .openapi('ReleaseList');

export const asset = z
  .object({
    ...assetCore,
    description: z.string().openapi({ example: 'A rigged knight with idle, walk and attack animations.' }),
    images: z.array(image),
    revision: z.number().int().openapi({ description: 'Grows with every edit and release', example: 3 }),
    releases: z.array(releaseItem).openapi({ description: 'The highest version first' }),
    editing: editing.nullable().openapi({
      description: 'What only those who may edit it see; null for everybody else',
    }),
  })
  .openapi('Asset');

const amount = z.number().int();

const archive = z
  .object({
    format: z.enum(['zip', 'tar', 'tar.gz']),
    entries: amount.openapi({ description: 'Files in it', example: 128 }),
    unpacked_bytes: amount.openapi({ description: 'Counted, not declared', example: 7340032 }),
    manifest_url: z.url().openapi({
      description: 'What is in it, with sizes and hashes',
      example: `${API}/assets/${EXAMPLE_ASIN}/releases/1.0.0/files/file_01jd3k5w6he0rtgq5h2tqf7zqk/manifest`,
    }),
  })
  .openapi('Archive');

const model = z
  .object({
    format: z.enum(['glb', 'gltf', 'obj', 'stl']),
    meshes: amount.openapi({ example: 3 }),
    triangles: amount.openapi({ example: 12480 }),
    materials: amount.openapi({ example: 2 }),
    textures: amount.openapi({ example: 4 }),
    animations: amount.openapi({ example: 5 }),
  })
  .openapi('Model');

const platforms = z.array(z.string()).openapi({ example: ['linux-x64', 'windows-x64'] });

const nativeCode = z
  .object({
    count: amount.openapi({ description: 'Files with native code', example: 2 }),
    platforms,
    files: z
      .array(z.object({ path: z.string().openapi({ example: 'plugin.zip!/bin/plugin.dll' }), platforms }))
      .openapi({ description: 'The first hundred; the manifests have all' }),
  })
  .openapi('NativeCode');

export const release = z
  .object({
    asin: z.string().openapi({ example: EXAMPLE_ASIN }),
    version: z.string().openapi({ example: '1.0.0' }),
    note: z.string().openapi({ example: 'First release.' }),
    size,
    compatible_engine_ver: engineRanges,
    date_posted: timestamp,
    yanked: yankedMark,
    warning: z
      .string()
      .nullable()
      .openapi({ description: 'Something to show to whoever is about to use it', example: null }),
    main_file_id: z.string().openapi({ example: 'file_01jd3k5w6he0rtgq5h2tqf7zqk' }),
    native_code: nativeCode.nullable().openapi({
      description: 'Compiled code, which runs on the machine of whoever uses it; null where none was found',
    }),
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
        archive: archive.nullable().openapi({ description: 'For zip, tar and tar.gz' }),
        model: model.nullable().openapi({ description: 'For GLB, glTF, OBJ and STL' }),
        download_url: z.url().openapi({
          example: `${API}/assets/${EXAMPLE_ASIN}/releases/1.0.0/files/file_01jd3k5w6he0rtgq5h2tqf7zqk/download`,
        }),
      }),
    ),
  })
  .openapi('Release');

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
    warning: z
      .string()
      .nullable()
      .openapi({ description: 'Something to show to whoever downloads it', example: null }),
  })
  .openapi('Download');

export const archiveEntry = z
  .object({
    path: z.string().openapi({ example: 'textures/wood.png' }),
    url: z.url().openapi({
      description: 'Of the whole archive. Whoever has it can read that until it expires: keep it out of logs',
      example: 'https://store.example.com/cairn-assets/...',
    }),
    range: z.string().nullable().openapi({
      description: 'For the header `Range`; null for an empty file, of which nothing is to be fetched',
      example: 'bytes=1043-25101',
    }),
    method: z.enum(['stored', 'deflate']).openapi({ description: 'How the bytes of the range are packed' }),
    size,
    sha256: z
      .string()
      .openapi({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' }),
    media_type: z.string().openapi({ example: 'image/png' }),
    expires_at: timestamp,
  })
  .openapi('ArchiveEntry');
