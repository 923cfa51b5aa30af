import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import type { AssetReader } from '../domain/get-asset.ts';
import { releaseBody, type PublicUrls } from './asset-bodies.ts';
import { release, releaseParams } from './asset-schemas.ts';
import { readCaching } from './caching.ts';
import { isUnchanged } from './entity-tag.ts';
import { ifNoneMatch } from './get-asset.route.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/assets/{asin}/releases/{version}',
  operationId: 'GetRelease',
  summary: 'Read one release with its files',
  description: 'A published release never changes. Each file has an address from which anybody downloads it.',
  tags: ['assets'],
  request: { params: releaseParams, headers: ifNoneMatch },
  responses: {
    200: {
      description: 'The release',
      headers: { ETag: { schema: { type: 'string' }, description: 'Of this release, for ever' } },
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
  getRelease: (input: AssetReader & { version: string }) => Promise<ReleaseRecord>,
  urls: PublicUrls,
): Endpoint =>
  endpoint(route, async (c) => {
    const principal = c.get('principal');
    const record = await getRelease({ ...c.req.valid('param'), userId: principal?.userId });
    const headers = { etag: `"${record.release_id}"`, ...readCaching(principal) };
    if (isUnchanged(c.req.header('if-none-match'), headers.etag)) return c.body(null, 304, headers);
    return c.json(releaseBody(record, urls), 200, headers);
  });
