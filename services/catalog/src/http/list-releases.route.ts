import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { AssetReader } from '../domain/get-asset.ts';
import { releaseListBody, type PublicUrls } from './asset-bodies.ts';
import { assetParams, releaseList } from './asset-schemas.ts';
import { answerTagged, readCaching } from './caching.ts';
import { readerOf } from './editor-role.ts';
import { ifNoneMatch } from './get-asset.route.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/assets/{asin}/releases',
  operationId: 'ListReleases',
  summary: 'List the releases of an asset',
  description: 'All of them, the highest version first, yanked ones with their reason.',
  tags: ['releases'],
  request: { params: assetParams, headers: ifNoneMatch },
  responses: {
    200: {
      description: 'The releases',
      headers: { ETag: { schema: { type: 'string' } } },
      content: { 'application/json': { schema: releaseList } },
    },
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

export const listReleasesEndpoint = (
  getAsset: (reader: AssetReader) => Promise<PublishedAsset>,
  urls: PublicUrls,
): Endpoint =>
  endpoint(route, async (c) => {
    const principal = c.get('principal');
    const record = await getAsset({ ...c.req.valid('param'), ...readerOf(principal) });
    return answerTagged(c, releaseListBody(record, urls), readCaching(principal));
  });
