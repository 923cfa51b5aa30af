import { endpoint, requirePrincipal } from '@cairn/shared/http/endpoint';
import { fieldErrors, invalidRequest, type AfterValidation } from '@cairn/shared/http/field-errors';
import { BODY_PROBLEMS, SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { createRoute, z } from '@hono/zod-openapi';
import type { DeclareOnce } from '../domain/declaring/declare-once.ts';
import type { UploadDeclaration } from '../domain/declaring/declaration.ts';
import type { DeclareUpload } from '../domain/declaring/declare-upload.ts';
import type { TryDeclaration } from '../domain/declaring/try-declaration.ts';
import { toReceipt } from './receipt.ts';
import { invalidTrialBody, toTrialBody, TRIAL_EXAMPLE, trialSchema } from './trial.ts';
import { declarationSchema, EXAMPLES, receiptSchema } from './upload-schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/uploads',
  operationId: 'DeclareUpload',
  tags: ['Uploads'],
  summary: 'Declare an asset and the files that will be sent',
  description:
    'Answers with one presigned PUT for each file. Send each file to its URL with exactly the given headers; the asset is published when all of them have arrived and passed inspection. Follow it at `GET /v1/uploads/{upload_id}`. A body with `asin` is a further release of that asset, or with `pictures` and no `files` pictures that are added to it.',
  request: {
    query: z.object({
      dry_run: z.enum(['true', 'false']).default('false').openapi({
        description:
          'Only tells what a declaration would do: 200 with all that it would be refused for, the plan and the quota. Nothing is written or reserved; an Idempotency-Key is ignored.',
        example: 'true',
      }),
    }),
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
            new_pictures: { value: EXAMPLES.pictures },
          },
        },
      },
    },
  },
  responses: {
    200: {
      description: 'Of a dry run: whether it would be accepted, and everything that would keep it from that',
      content: { 'application/json': { schema: trialSchema, example: TRIAL_EXAMPLE } },
    },
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
      'asset.too_many_pictures',
      'release.version_taken',
      'release.limit_reached',
      'quota.exceeded',
      'idempotency.key_reused',
      'idempotency.in_progress',
    ),
  },
});

/** A dry run tells invalid fields in its own answer; the query has been checked before the body. */
const answerInvalidTrial: AfterValidation = (result, c) => {
  const isTrial = result.target === 'json' && c.req.query('dry_run') === 'true';
  if (result.success || !isTrial) return invalidRequest(result, c);
  return c.json(invalidTrialBody(fieldErrors('json', result.error.issues)), 200);
};

export interface DeclareUploadRouteDeps {
  declareUpload: DeclareUpload;
  declareOnce: DeclareOnce;
  tryDeclaration: TryDeclaration;
}

export const declareUploadRoute = ({ declareUpload, declareOnce, tryDeclaration }: DeclareUploadRouteDeps) =>
  endpoint(
    route,
    async (c) => {
      const { userId } = requirePrincipal(c);
      const declaration = toDeclaration(c.req.valid('json'));
      c.header('Cache-Control', 'no-store');
      if (c.req.valid('query').dry_run === 'true') {
        return c.json(toTrialBody(await tryDeclaration(userId, declaration)), 200);
      }
      const key = c.req.valid('header')['idempotency-key'];
      const declared =
        key === undefined
          ? { ...(await declareUpload(userId, declaration)), replayed: false }
          : await declareOnce(userId, key, declaration);
      if (declared.replayed) c.header('Idempotency-Replayed', 'true');
      c.header('Location', `/v1/uploads/${declared.upload.upload_id}`);
      return c.json(toReceipt(declared, declared.puts), 201);
    },
    answerInvalidTrial,
  );

function toDeclaration(body: z.output<typeof declarationSchema>): UploadDeclaration {
  if (!('files' in body)) {
    const nothing = { files: [], version: '', note: '', compatible_engine_ver: [] };
    return { ...nothing, target: { kind: 'pictures', asin: body.asin }, pictures: body.pictures };
  }
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
