import { endpoint, requirePrincipal } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { createRoute, z } from '@hono/zod-openapi';
import { STATE_FILTERS, type ListUploads } from '../domain/following/list-uploads.ts';
import { toReceipt } from './receipt.ts';
import { EXAMPLES, receiptSchema } from './upload-schemas.ts';

const listSchema = z
  .object({
    items: z.array(receiptSchema),
    next_cursor: z.string().nullable(),
  })
  .openapi('ReceiptList');

const route = createRoute({
  method: 'get',
  path: '/v1/uploads',
  operationId: 'ListUploads',
  tags: ['Uploads'],
  summary: "One's own uploads, newest first",
  description:
    'A receipt is kept for a month after the upload could have expired. A new upload may take a second to be listed. The store is not asked what has arrived: `percent` of a file that waits is 0 here. With `state` a page may hold fewer than `limit`, also none, before the last one.',
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20).openapi({ example: 20 }),
      state: z.enum(STATE_FILTERS).optional().openapi({
        description: 'Only those in this state; `open`: all that have not ended',
        example: 'open',
      }),
      cursor: z.string().max(200).optional().openapi({ description: '`next_cursor` of the page before' }),
    }),
  },
  responses: {
    200: {
      description: 'A page of receipts',
      content: {
        'application/json': {
          schema: listSchema,
          example: { items: [EXAMPLES.published], next_cursor: null },
        },
      },
    },
    ...problems(...SIGNED_IN_PROBLEMS, 'request.invalid'),
  },
});

export const listUploadsRoute = (listUploads: ListUploads) =>
  endpoint(route, async (c) => {
    const { limit, cursor, state } = c.req.valid('query');
    const page = await listUploads(requirePrincipal(c).userId, { limit, after: cursor, state });
    c.header('Cache-Control', 'no-store');
    const items = page.uploads.map((found) => toReceipt(found));
    return c.json({ items, next_cursor: page.next ?? null }, 200);
  });
