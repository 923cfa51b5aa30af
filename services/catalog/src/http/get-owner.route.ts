import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import { idSchema } from '@cairn/shared/ids';
import type { OwnerSummary } from '../domain/browse/get-owner.ts';
import type { Reader } from '../domain/get-asset.ts';
import type { PublicUrls } from './asset-bodies.ts';
import { answerTagged, readCaching } from './caching.ts';
import { readerOf } from './editor-role.ts';
import { ifNoneMatch } from './get-asset.route.ts';

const timestamp = z.iso.datetime().nullable().openapi({ example: '2026-11-22T12:00:00.000Z' });

const owner = z
  .object({
    user_id: z.string().openapi({ example: 'user_01jd3k5w6he0rtgq5h2tqf7zqk' }),
    assets: z.number().int().openapi({ description: 'How many search finds', example: 3 }),
    downloads: z.number().int().openapi({ description: 'Of all of them', example: 120 }),
    first_posted: timestamp,
    last_updated: timestamp,
    assets_url: z.url().openapi({
      description: 'The list of them',
      example: 'https://api.example.com/v1/assets?owner=user_01jd3k5w6he0rtgq5h2tqf7zqk',
    }),
    unlisted: z
      .array(
        z.object({
          asin: z.string().openapi({ example: 'asset_01jd3k5w6he0rtgq5h2tqf7zqk' }),
          name: z.string().openapi({ example: 'Low-poly knight' }),
          withheld: z
            .object({ reason: z.string(), at: z.iso.datetime() })
            .nullable()
            .openapi({ description: 'null: all its releases are yanked', example: null }),
        }),
      )
      .nullable()
      .openapi({
        description: 'What search does not find, for the user and moderators; null for everybody else',
        example: null,
      }),
  })
  .openapi('Owner');

const route = createRoute({
  method: 'get',
  path: '/v1/owners/{user_id}',
  operationId: 'GetOwner',
  summary: 'What a user has published',
  description:
    'Totals, and where the list is. The catalog does not know who exists: of a user without assets, and of nobody, all is zero.',
  tags: ['browsing'],
  request: {
    params: z.object({ user_id: idSchema('user').openapi({ param: { name: 'user_id', in: 'path' } }) }),
    headers: ifNoneMatch,
  },
  responses: {
    200: {
      description: 'The totals',
      headers: { ETag: { schema: { type: 'string' } } },
      content: { 'application/json': { schema: owner } },
    },
    304: { description: 'Nothing changed' },
    ...problems('auth.invalid_token', 'request.invalid', 'search.unavailable', 'auth.keys_unavailable'),
  },
});

export const getOwnerEndpoint = (
  getOwner: (input: Reader & { ownerId: string }) => Promise<OwnerSummary>,
  urls: PublicUrls,
): Endpoint =>
  endpoint(route, async (c) => {
    const principal = c.get('principal');
    const ownerId = c.req.valid('param').user_id;
    const found = await getOwner({ ownerId, ...readerOf(principal) });
    const body = owner.parse({
      user_id: ownerId,
      assets: found.assets,
      downloads: found.downloads,
      first_posted: found.firstPosted ?? null,
      last_updated: found.lastUpdated ?? null,
      assets_url: `${urls.api}/v1/assets?owner=${ownerId}`,
      unlisted: found.unlisted?.map((each) => ({ ...each, withheld: each.withheld ?? null })) ?? null,
    });
    return answerTagged(c, body, readCaching(principal));
  });
