import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import type { ReleaseReader, ShownRelease } from '../domain/get-release.ts';
import { releaseBody, type PublicUrls } from './asset-bodies.ts';
import { release, releaseParams } from './asset-schemas.ts';
import { readCaching } from './caching.ts';
import { readerOf } from './editor-role.ts';
import { isUnchanged } from './entity-tag.ts';
import { ifNoneMatch } from './get-asset.route.ts';
import { releaseHeaders, yankHeaders } from './release-headers.ts';

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

export const getReleaseEndpoint = (
  getRelease: (input: ReleaseReader) => Promise<ShownRelease>,
  urls: PublicUrls,
): Endpoint =>
  endpoint(route, async (c) => {
    const principal = c.get('principal');
    const shown = await getRelease({ ...c.req.valid('param'), ...readerOf(principal) });
    const headers = { ...releaseHeaders(shown), ...readCaching(principal) };
    if (isUnchanged(c.req.header('if-none-match'), headers.etag)) return c.body(null, 304, headers);
    return c.json(releaseBody(shown, urls), 200, headers);
  });
