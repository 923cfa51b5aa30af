import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import {
  MANIFEST_TYPE,
  type GrantedManifest,
  type GrantManifestInput,
} from '../domain/downloads/grant-manifest.ts';
import { fileParams } from './asset-schemas.ts';
import { answerGrant, downloadResponses } from './download-response.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/assets/{asin}/releases/{version}/files/{file_id}/manifest',
  operationId: 'GetManifest',
  summary: 'Read what is in an archive',
  description:
    'Needs no account, and counts as no download. The answer is a redirect, or JSON with `Accept: application/json`, to the manifest of a zip, tar or tar.gz: NDJSON, first a line `{format, entries, unpacked_bytes}`, then a line for each file in it, sorted by path: `{path, size, sha256, media_type}`, with `{offset, length, method}` where it can be fetched by itself, and `native_code` and `model` where there is any.',
  tags: ['downloads'],
  request: { params: fileParams },
  responses: {
    ...downloadResponses,
    ...problems(
      'auth.invalid_token',
      'asset.not_found',
      'release.not_found',
      'file.not_found',
      'file.no_manifest',
      'request.invalid',
      'service.unavailable',
      'auth.keys_unavailable',
    ),
  },
});

export const getManifestEndpoint = (
  grant: (input: GrantManifestInput) => Promise<GrantedManifest>,
): Endpoint =>
  endpoint(route, async (c) => {
    const { asin, version, file_id: fileId } = c.req.valid('param');
    const granted = await grant({ asin, version, fileId });
    return answerGrant(c, { ...granted, media_type: MANIFEST_TYPE });
  });
