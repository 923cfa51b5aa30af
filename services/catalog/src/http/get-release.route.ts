import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import { answerRelease, type ReleaseRouteDeps } from './answer-release.ts';
import { release, releaseParams } from './asset-schemas.ts';
import { ifNoneMatch } from './get-asset.route.ts';
import { yankHeaders } from './release-headers.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/assets/{asin}/releases/{version}',
  operationId: 'GetRelease',
  summary: 'Read one release with its files',
  description:
    'What was published of a release never changes; it can be yanked, which is told with a reason and a warning, and deleted. Each file has an address from which anybody downloads it.',
  tags: ['assets'],
  request: { params: releaseParams, headers: ifNoneMatch },
  responses: {
    200: {
      description: 'The release',
      headers: {
        ETag: { schema: { type: 'string' }, description: 'Changes when it is yanked or offered again' },
        ...yankHeaders,
      },
      content: { 'application/json': { schema: release } },
    },
    304: { description: 'Nothing changed' },
    ...problems(
      'auth.invalid_token',
      'asset.not_found',
      'release.not_found',
      'request.invalid',
      'search.unavailable',
      'auth.keys_unavailable',
    ),
  },
});

export const getReleaseEndpoint = (deps: ReleaseRouteDeps): Endpoint =>
  endpoint(route, (c) => answerRelease(c, deps, c.req.valid('param')));
