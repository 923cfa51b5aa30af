import { createRoute } from '@hono/zod-openapi';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { DeleteInput } from '../domain/delete-asset.ts';
import { assetParams } from './asset-schemas.ts';
import { ifMatch } from './edit-asset.route.ts';
import { revisionsIn } from './entity-tag.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/assets/{asin}',
  operationId: 'DeleteAsset',
  summary: 'Delete an asset with all its releases',
  description:
    'By the owner alone. From the answer on nothing of it is granted; it leaves search within 2 s, and its files and pictures are removed in the background. If-Match may name the revision that is meant.',
  tags: ['assets'],
  request: { params: assetParams, headers: ifMatch },
  responses: {
    204: { description: 'It is gone' },
    ...problems(
      ...SIGNED_IN_PROBLEMS,
      'asset.not_owner',
      'asset.not_found',
      'asset.revision_mismatch',
      'request.invalid',
    ),
  },
});

export const deleteAssetEndpoint = (deleteAsset: (input: DeleteInput) => Promise<void>): Endpoint =>
  endpoint(route, async (c) => {
    const { userId } = requirePrincipal(c);
    const revisions = revisionsIn(c.req.header('if-match'));
    await deleteAsset({ asin: c.req.valid('param').asin, userId, revisions });
    return c.body(null, 204);
  });
