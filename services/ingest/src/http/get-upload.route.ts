import { endpoint, requirePrincipal } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { createRoute } from '@hono/zod-openapi';
import type { GetReceipt } from '../domain/following/get-receipt.ts';
import { toReceipt } from './receipt.ts';
import { EXAMPLES, receiptSchema, uploadParams } from './upload-schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/uploads/{upload_id}',
  operationId: 'GetUpload',
  tags: ['Uploads'],
  summary: 'The receipt of an upload',
  description:
    "Tells each file's stage and, where one was refused, why. Only the uploader sees it. `failed` is a fault of ours and is tried again; `published`, `rejected`, `expired` and `aborted` are final.",
  request: { params: uploadParams },
  responses: {
    200: {
      description: 'The receipt',
      content: { 'application/json': { schema: receiptSchema, example: EXAMPLES.published } },
    },
    ...problems(...SIGNED_IN_PROBLEMS, 'request.invalid', 'upload.not_found'),
  },
});

export const getUploadRoute = (getReceipt: GetReceipt) =>
  endpoint(route, async (c) => {
    const snapshot = await getReceipt(requirePrincipal(c).userId, c.req.valid('param').upload_id);
    c.header('Cache-Control', 'no-store');
    return c.json(toReceipt(snapshot), 200);
  });
