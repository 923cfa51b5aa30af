import { createRoute, z } from '@hono/zod-openapi';
import { ASSET_LIMITS, kindField, tagField } from '@cairn/shared/fields/asset-fields';
import { engineVersionField } from '@cairn/shared/fields/engine-version';
import { licenceField } from '@cairn/shared/fields/spdx-licence';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import { idSchema } from '@cairn/shared/ids';
import type { SearchInput, SearchPage } from '../domain/search/search-assets.ts';
import { SORTS } from '../domain/search/search-index.ts';
import { summaryBody, type PublicUrls } from './asset-bodies.ts';
import { searchPage } from './asset-schemas.ts';
import { readCaching } from './caching.ts';

const tags = z.preprocess(
  (value) => (value === undefined || Array.isArray(value) ? value : [value]),
  z.array(tagField).max(ASSET_LIMITS.tags).optional(),
);

const query = z.object({
  q: z
    .string()
    .max(200)
    .transform((text) => text.trim() || undefined)
    .optional()
    .openapi({
      type: 'string',
      maxLength: 200,
      description:
        'Words that must all occur in name, tags or description, the last one as the beginning of a word. Accents and case do not matter; no character is an operator.',
      example: 'knight',
    }),
  kind: kindField.optional(),
  engine: engineVersionField.optional().openapi({
    description: 'An engine version, or series of versions, that one and the same release supports',
    example: '4.2',
  }),
  tag: tags.openapi({
    param: { name: 'tag', in: 'query', explode: true, style: 'form' },
    type: 'array',
    items: { type: 'string' },
    maxItems: ASSET_LIMITS.tags,
    description: 'May be repeated: an asset must carry all of them',
    example: ['character'],
  }),
  license: licenceField.optional(),
  owner: idSchema('user').optional().openapi({ description: "A user's `asin`" }),
  sort: z.enum(SORTS).optional().openapi({
    description:
      '`relevance` (default with q), `newest` (default without), `updated` and `downloads`: highest first; `name` and `size`: lowest first',
    example: 'newest',
  }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(20)
    .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 20, example: 20 }),
  cursor: z.string().max(1_024).optional().openapi({
    description: '`next_cursor` of the page before, with the same filters and sort',
    example: 'bm90LWEtcmVhbC1jdXJzb3I',
  }),
});

const route = createRoute({
  method: 'get',
  path: '/v1/assets',
  operationId: 'SearchAssets',
  summary: 'Search the published assets',
  description:
    'Everything given must hold. Answers are at most 2 s behind. Paging with cursors neither skips nor repeats an asset that stays as it is, while others come, go and change.',
  tags: ['assets'],
  request: { query },
  responses: {
    200: {
      description: 'A page of assets',
      content: { 'application/json': { schema: searchPage } },
    },
    ...problems('auth.invalid_token', 'request.invalid', 'search.unavailable', 'auth.keys_unavailable'),
  },
});

export const searchAssetsEndpoint = (
  searchAssets: (input: SearchInput) => Promise<SearchPage>,
  urls: PublicUrls,
): Endpoint =>
  endpoint(route, async (c) => {
    const { q, kind, engine, tag, license, owner, sort, limit, cursor } = c.req.valid('query');
    const page = await searchAssets({
      text: q,
      kind,
      engine,
      tags: tag ?? [],
      license,
      owner,
      sort,
      limit,
      cursor,
    });
    const body = searchPage.parse({
      items: page.assets.map((each) => summaryBody(each, urls)),
      total: page.total,
      next_cursor: page.nextCursor,
    });
    return c.json(body, 200, readCaching(c.get('principal')));
  });
