import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import { assetParams } from './asset-schemas.ts';
import {
  answerDownload,
  DOWNLOAD_RULE,
  downloadQuery,
  downloadResponses,
  type DownloadRouteDeps,
} from './download-response.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/assets/{asin}/download',
  operationId: 'DownloadAsset',
  summary: 'Download the main file of the newest release',
  description: DOWNLOAD_RULE,
  tags: ['downloads'],
  request: { params: assetParams, query: downloadQuery },
  responses: {
    ...downloadResponses,
    ...problems(
      'auth.invalid_token',
      'asset.not_found',
      'release.not_found',
      'request.invalid',
      'service.unavailable',
      'auth.keys_unavailable',
    ),
  },
});

export const downloadAssetEndpoint = (deps: DownloadRouteDeps): Endpoint =>
  endpoint(route, (c) =>
    answerDownload(c, deps, { asin: c.req.valid('param').asin, ...c.req.valid('query') }),
  );
