import { z } from '@hono/zod-openapi';
import { ASSET_LIMITS } from './asset-limits.ts';
import { engineRangeField } from './engine-version.ts';
import { KINDS } from './kinds.ts';
import { licenceField } from './spdx-licence.ts';
import { textField } from './text.ts';

export const kindField = z.enum(KINDS).openapi({ example: '3d' });

export const tagField = textField({ min: 1, max: ASSET_LIMITS.tagLength })
  .transform((tag) => tag.toLowerCase())
  .refine((tag) => /^[\p{L}\p{N}][\p{L}\p{M}\p{N} +.#_-]*$/u.test(tag), {
    error: 'must start with a letter or digit, then also hold spaces and + . # _ -',
    params: { code: 'tag.malformed', hint: 'For example character, low poly or c++; one tag an entry.' },
  });

/** What an owner says of an asset; the same rules when it is declared (ingest) and edited (catalog). */
export const assetFields = {
  name: textField(ASSET_LIMITS.name).openapi({ type: 'string', example: 'Low-poly knight' }),
  description: textField({ ...ASSET_LIMITS.description, multiline: true }).openapi({
    type: 'string',
    example: 'A rigged knight with idle, walk and attack animations.',
  }),
  kind: kindField,
  tags: z
    .array(tagField.openapi({ type: 'string', example: 'character' }))
    .max(ASSET_LIMITS.tags)
    .transform((tags) => [...new Set(tags)]),
  license: licenceField,
  compatible_engine_ver: z
    .array(engineRangeField)
    .min(1)
    .max(ASSET_LIMITS.engineRanges)
    .transform((ranges) => [...new Set(ranges)]),
};
