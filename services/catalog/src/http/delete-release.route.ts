import { createRoute } from '@hono/zod-openapi';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems, SIGNED_IN_PROBLEMS } from '@cairn/shared/http/problem';
import type { DeleteReleaseInput } from '../domain/releases/delete-release.ts';
import { releaseParams } from './asset-schemas.ts';
import { ifMatch } from './edit-asset.route.ts';
import { revisionsIn } from './entity-tag.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/assets/{asin}/releases/{version}',
  operationId: 'DeleteRelease',
  summary: 'Delete a release with its files',
  description:
    'By the owner or a co-owner, and never the last one, nor the last that is not yanked. From the answer on nothing of it is granted; its files are removed in the background. No other release can have its version, and it goes on counting against the limit of releases.',
  tags: ['releases'],
  request: { params: releaseParams, headers: ifMatch },
  responses: {
    204: { description: 'It is gone' },
    ...problems(
      ...SIGNED_IN_PROBLEMS,
      'asset.not_owner',
      'asset.not_found',
      'asset.revision_mismatch',
      'asset.busy',
      'release.not_found',
      'release.last',
      'request.invalid',
    ),
  },
});

export const deleteReleaseEndpoint = (
  deleteRelease: (input: DeleteReleaseInput) => Promise<unknown>,
): Endpoint =>
  endpoint(route, async (c) => {
    const { userId } = requirePrincipal(c);
    const revisions = revisionsIn(c.req.header('if-match'));
    await deleteRelease({ ...c.req.valid('param'), userId, revisions });
    return c.body(null, 204);
  });
