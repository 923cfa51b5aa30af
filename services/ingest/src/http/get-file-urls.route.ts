import { endpoint, requirePrincipal } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { createRoute, z } from '@hono/zod-openapi';
import type { FileUrls, GetFileUrls } from '../domain/sending/get-file-urls.ts';
import { fileParams, putSchema } from './upload-schemas.ts';

const partSchema = z
  .object({
    part_number: z.number().int().min(1),
    offset: z.number().int().min(0),
    size: z.number().int().positive(),
    received: z.boolean(),
    put: putSchema.optional(),
  })
  .openapi('FilePart');

const fileUrlsSchema = z
  .object({
    file_id: z.string(),
    received: z.boolean().openapi({ description: 'Nothing is left to send' }),
    put: putSchema.optional().openapi({ description: 'For a file that is sent whole' }),
    parts: z.array(partSchema).openapi({ description: 'One page; empty for a file that is sent whole' }),
    next_from: z.number().int().nullable().openapi({ description: '`from` of the next page of parts' }),
  })
  .openapi('FileUrls');

const route = createRoute({
  method: 'get',
  path: '/v1/uploads/{upload_id}/files/{file_id}/urls',
  operationId: 'GetFileUrls',
  tags: ['Uploads'],
  summary: 'What of a file has arrived, and URLs for what has not',
  description:
    'Fresh presigned PUTs at any time until the upload ends: after URLs have expired, or when a client that died goes on. Files above `multipart_threshold_bytes` of `GET /v1/limits` are sent in parts; send those that are not `received` in any order, then complete the file.',
  request: {
    params: fileParams,
    query: z.object({
      from: z.coerce.number().int().min(1).max(10_000).default(1).openapi({ example: 1 }),
      limit: z.coerce.number().int().min(1).max(500).default(100).openapi({ example: 100 }),
    }),
  },
  responses: {
    200: {
      description: 'The state of the file',
      content: {
        'application/json': {
          schema: fileUrlsSchema,
          example: {
            file_id: 'file_01jd3k5w6he0rtgq5h2tqf7zqk',
            received: false,
            parts: [{ part_number: 1, offset: 0, size: 16_777_216, received: true }],
            next_from: null,
          },
        },
      },
    },
    ...problems(
      ...SIGNED_IN_PROBLEMS,
      'request.invalid',
      'upload.not_found',
      'file.not_found',
      'upload.not_open',
    ),
  },
});

export const getFileUrlsRoute = (getFileUrls: GetFileUrls) =>
  endpoint(route, async (c) => {
    const { upload_id, file_id } = c.req.valid('param');
    const urls = await getFileUrls(requirePrincipal(c).userId, upload_id, file_id, c.req.valid('query'));
    c.header('Cache-Control', 'no-store');
    return c.json(toBody(urls), 200);
  });

function toBody({ file, received, put, parts, nextFrom }: FileUrls): z.infer<typeof fileUrlsSchema> {
  return fileUrlsSchema.parse({
    file_id: file.file_id,
    received,
    put,
    parts: parts.map(({ partNumber, ...part }) => ({ ...part, part_number: partNumber })),
    next_from: nextFrom ?? null,
  });
}
