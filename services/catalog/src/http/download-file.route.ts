import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import { fileParams } from './asset-schemas.ts';
import {
  answerDownload,
  DOWNLOAD_RULE,
  downloadQuery,
  downloadResponses,
  type DownloadRouteDeps,
} from './download-response.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/assets/{asin}/releases/{version}/files/{file_id}/download',
  operationId: 'DownloadFile',
  summary: 'Download any file of any release',
  description: DOWNLOAD_RULE,
  tags: ['downloads'],
  request: { params: fileParams, query: downloadQuery },
  responses: {
    ...downloadResponses,
    ...problems(
      'auth.invalid_token',
      'asset.not_found',
      'release.not_found',
      'file.not_found',
      'request.invalid',
      'service.unavailable',
      'auth.keys_unavailable',
    ),
  },
});

export const downloadFileEndpoint = (deps: DownloadRouteDeps): Endpoint =>
  endpoint(route, (c) => {
    const { asin, version, file_id: fileId } = c.req.valid('param');
    return answerDownload(c, deps, { asin, file: { version, fileId }, ...c.req.valid('query') });
  });
