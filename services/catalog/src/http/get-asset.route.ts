import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import type { Principal } from '@cairn/shared/http/principal';
import { problems } from '@cairn/shared/http/problem';
import { wholeAnswer } from '@cairn/shared/http/whole-answer';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { AssetReader } from '../domain/get-asset.ts';
import { assetBody, type PublicUrls } from './asset-bodies.ts';
import { asset, assetParams } from './asset-schemas.ts';
import { readCaching } from './caching.ts';
import { editorRole, readerOf } from './editor-role.ts';
import { assetTag, isUnchanged } from './entity-tag.ts';
import { kept, keptJson } from './kept-json.ts';

export const ifNoneMatch = z.object({
  'if-none-match': z.string().max(1_000).optional().openapi({ example: '"3-42"' }),
});

const route = createRoute({
  method: 'get',
  path: '/v1/assets/{asin}',
  operationId: 'GetAsset',
  summary: 'Read one asset',
  description:
    'The public answer is at most 2 s behind; the owner, with a token, sees an edit at once, and what only an editor sees. A withheld asset is there for its owner and moderators alone. The ETag names the revision and the download count: send it as If-None-Match to be told 304 while nothing changed, or as If-Match with an edit, where only the revision in it matters.',
  tags: ['assets'],
  request: { params: assetParams, headers: ifNoneMatch },
  responses: {
    200: {
      description: 'The asset',
      headers: { ETag: { schema: { type: 'string' }, description: '`"<revision>-<downloads>"`' } },
      content: { 'application/json': { schema: asset } },
    },
    304: { description: 'Nothing changed' },
    ...problems(
      'auth.invalid_token',
      'asset.not_found',
      'request.invalid',
      'search.unavailable',
      'auth.keys_unavailable',
    ),
  },
});

export const getAssetEndpoint = (
  getAsset: (reader: AssetReader) => Promise<PublishedAsset>,
  urls: PublicUrls,
): Endpoint => {
  const publicText = keptJson((record: PublishedAsset) => assetBody(record, urls));
  const answerTo = (record: PublishedAsset, principal: Principal | undefined) => {
    const role = editorRole(record, principal);
    const unchanged = { etag: assetTag(record, role), ...readCaching(principal) };
    const text = role === undefined ? publicText(record) : JSON.stringify(assetBody(record, urls, role));
    return { text, unchanged, headers: { ...unchanged, 'content-type': 'application/json' } };
  };
  const publicAnswer = kept((record: PublishedAsset) => answerTo(record, undefined));
  return endpoint(route, async (c): Promise<Response> => {
    const principal = c.get('principal');
    const record = await getAsset({ asin: c.req.valid('param').asin, ...readerOf(principal) });
    const { text, unchanged, headers } =
      principal === undefined ? publicAnswer(record) : answerTo(record, principal);
    return isUnchanged(c.req.header('if-none-match'), unchanged.etag)
      ? wholeAnswer(c, 304, null, unchanged)
      : wholeAnswer(c, 200, text, headers);
  });
};
