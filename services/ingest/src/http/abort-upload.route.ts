import { endpoint, requirePrincipal } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { createRoute } from '@hono/zod-openapi';
import type { AbortUpload } from '../domain/sending/abort-upload.ts';
import { uploadParams } from './upload-schemas.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/uploads/{upload_id}',
  operationId: 'AbortUpload',
  tags: ['Uploads'],
  summary: 'Give an upload up',
  description:
    'Removes what was sent and gives the quota back. Repeating it is no error. An upload that has ended otherwise stays as it is (409); to take back what was published, delete the asset.',
  request: { params: uploadParams },
  responses: {
    204: { description: 'The upload is aborted' },
    ...problems(...SIGNED_IN_PROBLEMS, 'request.invalid', 'upload.not_found', 'upload.not_open'),
  },
});

export const abortUploadRoute = (abortUpload: AbortUpload) =>
  endpoint(route, async (c) => {
    await abortUpload(requirePrincipal(c).userId, c.req.valid('param').upload_id);
    return c.body(null, 204);
  });
