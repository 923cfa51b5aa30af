import { createRoute, z } from '@hono/zod-openapi';
import { engineVersionField } from '@cairn/shared/fields/engine-version';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import { answerRelease, type ReleaseRouteDeps } from './answer-release.ts';
import { assetParams, release } from './asset-schemas.ts';
import { ifNoneMatch } from './get-asset.route.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/assets/{asin}/releases/newest',
  operationId: 'GetNewestRelease',
  summary: 'Read the newest release, or the newest that supports an engine',
  description:
    'Of the releases that are not yanked: a final one before pre-releases, then the highest version. Where none fits, the 404 says in its hint what there is.',
  tags: ['releases'],
  request: {
    params: assetParams,
    query: z.object({
      engine: engineVersionField.optional().openapi({
        description: 'The version, or series, of the engine that somebody has',
        example: '4.2',
      }),
    }),
    headers: ifNoneMatch,
  },
  responses: {
    200: {
      description: 'The release',
      headers: { ETag: { schema: { type: 'string' } } },
      content: { 'application/json': { schema: release } },
    },
    304: { description: 'It is the same, and nothing changed' },
    ...problems(
      'auth.invalid_token',
      'asset.not_found',
      'release.not_found',
      'request.invalid',
      'search.unavailable',
      'service.unavailable',
      'auth.keys_unavailable',
    ),
  },
});

export const newestReleaseEndpoint = (deps: ReleaseRouteDeps): Endpoint =>
  endpoint(route, (c) => answerRelease(c, deps, { ...c.req.valid('param'), ...c.req.valid('query') }));
