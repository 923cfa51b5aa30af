import { endpoint, requirePrincipal } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { createRoute, z } from '@hono/zod-openapi';
import type { DeclareOnce } from '../domain/declare-once.ts';
import type { DeclareUpload, UploadDeclaration } from '../domain/declare-upload.ts';
import { toReceipt } from './receipt.ts';
import { declarationSchema, EXAMPLES, receiptSchema } from './upload-schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/uploads',
  operationId: 'DeclareUpload',
  tags: ['Uploads'],
  summary: 'Declare an asset and the files that will be sent',
  description:
    'Answers with one presigned PUT for each file. Send each file to its URL with exactly the given headers; the asset is published when all of them have arrived and passed inspection. Follow it at `GET /v1/uploads/{upload_id}`.',
  request: {
    headers: z.object({
      'idempotency-key': z
        .string()
        .regex(/^[\x21-\x7e]{1,255}$/, { error: 'must be 1 to 255 visible ASCII characters' })
        .optional()
        .openapi({
          description:
            'The same key and body give the same upload, with fresh URLs, for a day; another body is refused.',
          example: '5f0c6a52-3a3f-4a53-9d5b-1f3d0a3c9f10',
        }),
    }),
    body: {
      required: true,
      content: {
        'application/json': {
          schema: declarationSchema,
          examples: {
            new_asset: { value: EXAMPLES.declaration },
            new_release: { value: EXAMPLES.release },
          },
        },
      },
    },
  },
  responses: {
    201: {
      description: 'The receipt, with where to send each file',
      headers: z.object({
        location: z.string().openapi({ description: 'Path of the receipt' }),
        'idempotency-replayed': z
          .literal('true')
          .optional()
          .openapi({ description: 'An earlier request with the key made the upload' }),
      }),
      content: { 'application/json': { schema: receiptSchema, example: EXAMPLES.declared } },
    },
    ...problems(
      ...BODY_PROBLEMS,
      ...SIGNED_IN_PROBLEMS,
      'asset.not_found',
      'asset.not_owner',
      'release.version_taken',
      'release.limit_reached',
      'quota.exceeded',
      'idempotency.key_reused',
      'idempotency.in_progress',
    ),
  },
});

export const declareUploadRoute = (declareUpload: DeclareUpload, declareOnce: DeclareOnce) =>
  endpoint(route, async (c) => {
    const { userId } = requirePrincipal(c);
    const declaration = toDeclaration(c.req.valid('json'));
    const key = c.req.valid('header')['idempotency-key'];
    const declared =
      key === undefined
        ? { ...(await declareUpload(userId, declaration)), replayed: false }
        : await declareOnce(userId, key, declaration);
    if (declared.replayed) c.header('Idempotency-Replayed', 'true');
    c.header('Location', `/v1/uploads/${declared.upload.upload_id}`);
    c.header('Cache-Control', 'no-store');
    return c.json(toReceipt(declared.upload, declared.files, declared.puts), 201);
  });

function toDeclaration(body: z.output<typeof declarationSchema>): UploadDeclaration {
  const { files, version, note, compatible_engine_ver } = body;
  const release = { files, version, note, compatible_engine_ver };
  if ('asin' in body) return { ...release, target: { kind: 'release', asin: body.asin }, pictures: [] };
  const { name, description, kind, tags, license, pictures } = body;
  return {
    ...release,
    target: { kind: 'new_asset', asset: { name, description, kind, tags, license } },
    pictures,
  };
}
