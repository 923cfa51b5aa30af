import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import type { GetStatsInput, Stats } from '../domain/get-stats.ts';
import { assetParams } from './asset-schemas.ts';
import { answerTagged, readCaching } from './caching.ts';
import { readerOf } from './editor-role.ts';
import { ifNoneMatch } from './get-asset.route.ts';
import { statsBody } from './stats-body.ts';
import { stats } from './stats-schemas.ts';

const day = (what: string, example: string) =>
  z.iso.date().optional().openapi({ type: 'string', format: 'date', description: what, example });

const route = createRoute({
  method: 'get',
  path: '/v1/assets/{asin}/stats',
  operationId: 'GetAssetStats',
  summary: 'Read how often an asset was downloaded',
  description:
    'Totals for everybody; `period` for the owner and co-owners, with a token: at most 366 UTC days, by default the last 30. `raw` counts every grant once, `unique` each client once per file and day. A download is counted a few seconds after it was granted.',
  tags: ['downloads'],
  request: {
    params: assetParams,
    headers: ifNoneMatch,
    query: z.object({
      from: day('First day of the period', '2026-10-24'),
      to: day('Last day of the period', '2026-11-22'),
    }),
  },
  responses: {
    200: { description: 'The counts', content: { 'application/json': { schema: stats } } },
    304: { description: 'Nothing changed' },
    ...problems(
      'auth.invalid_token',
      'asset.not_found',
      'request.invalid',
      'search.unavailable',
      'service.unavailable',
      'auth.keys_unavailable',
    ),
  },
});

export const getStatsEndpoint = (getStats: (input: GetStatsInput) => Promise<Stats>): Endpoint =>
  endpoint(route, async (c) => {
    const principal = c.get('principal');
    const input = { ...c.req.valid('param'), ...c.req.valid('query'), ...readerOf(principal) };
    return answerTagged(c, statsBody(await getStats(input)), readCaching(principal));
  });
