import { endpoint, requirePrincipal } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { createRoute } from '@hono/zod-openapi';
import type { CompleteFile } from '../domain/sending/complete-file.ts';
import { fileParams } from './upload-schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/uploads/{upload_id}/files/{file_id}/complete',
  operationId: 'CompleteFile',
  tags: ['Uploads'],
  summary: 'Put the parts of a file together',
  description:
    'To be called when all parts have been sent. The service asks the store which there are, so no list is sent. Calling it again, at the same time or after a lost answer, gives the same result. A file that was sent whole needs no completion; calling it then is no error.',
  request: { params: fileParams },
  responses: {
    204: { description: 'The file is there and will be inspected' },
    ...problems(
      ...SIGNED_IN_PROBLEMS,
      'request.invalid',
      'upload.not_found',
      'file.not_found',
      'upload.not_open',
      'upload.parts_missing',
    ),
  },
});

export const completeFileRoute = (completeFile: CompleteFile) =>
  endpoint(route, async (c) => {
    const { upload_id, file_id } = c.req.valid('param');
    await completeFile(requirePrincipal(c).userId, upload_id, file_id);
    return c.body(null, 204);
  });
