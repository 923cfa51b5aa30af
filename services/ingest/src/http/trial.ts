import type { FieldError } from '@cairn/shared/errors/domain-error';
import { z } from '@hono/zod-openapi';
import type { Trial } from '../domain/declaring/try-declaration.ts';
import { EXAMPLES } from './upload-schemas.ts';

const position = z.object({
  limit: z.number().int(),
  used: z.number().int().openapi({ description: 'Published and reserved by open uploads' }),
  wanted: z.number().int().openapi({ description: 'What the upload would add' }),
});

const plannedFile = z.object({
  role: z.enum(['file', 'picture']),
  path: z.string(),
  size: z.number().int(),
  method: z.enum(['single', 'parts']).openapi({ description: 'One PUT, or parts and a completion' }),
  part_size: z.number().int().positive().optional(),
  part_count: z.number().int().positive().optional(),
});

export const trialSchema = z
  .object({
    accepted: z.boolean().openapi({ description: 'Whether the declaration would be accepted now' }),
    problems: z
      .array(
        z.object({
          code: z.string().openapi({ example: 'quota.exceeded' }),
          field: z.string().openapi({ description: 'JSON pointer into the body, or `quota.x`' }),
          message: z.string(),
          hint: z.string(),
        }),
      )
      .openapi({ description: 'All that it would be refused for' }),
    plan: z
      .object({
        version: z.string(),
        total_bytes: z.number().int(),
        main_path: z.string().openapi({ description: 'What /download of the asset would grant' }),
        files: z.array(plannedFile),
      })
      .nullable()
      .openapi({ description: 'How it would be sent; null when fields are not valid' }),
    quota: z.object({ bytes: position, assets: position, open_uploads: position }).nullable().openapi({
      description: "Of the user who would be charged: an asset's owner; null when fields are not valid",
    }),
  })
  .openapi('UploadTrial');

type TrialBody = z.infer<typeof trialSchema>;

export function toTrialBody({ problems, plan, quota }: Trial): TrialBody {
  return trialSchema.parse({
    accepted: problems.length === 0,
    problems: problems.map(toProblem),
    plan: {
      version: plan.version,
      total_bytes: plan.totalBytes,
      main_path: plan.mainPath,
      files: plan.files.map(({ parts, ...file }) => ({
        ...file,
        method: parts === undefined ? 'single' : 'parts',
        part_size: parts?.part_size,
        part_count: parts?.part_count,
      })),
    },
    quota,
  });
}

/** Where fields are not valid nothing else can be examined. */
export const invalidTrialBody = (errors: readonly FieldError[]): TrialBody =>
  trialSchema.parse({ accepted: false, problems: errors.map(toProblem), plan: null, quota: null });

const toProblem = ({ hint = '', ...error }: FieldError) => ({ ...error, hint });

const GIB = 2 ** 30;
const [example] = EXAMPLES.declaration.files;

export const TRIAL_EXAMPLE: TrialBody = {
  accepted: true,
  problems: [],
  plan: {
    version: '1.0.0',
    total_bytes: example?.size ?? 0,
    main_path: example?.path ?? '',
    files: [{ role: 'file', path: example?.path ?? '', size: example?.size ?? 0, method: 'single' }],
  },
  quota: {
    bytes: { limit: 50 * GIB, used: 3 * GIB, wanted: example?.size ?? 0 },
    assets: { limit: 1_000, used: 12, wanted: 1 },
    open_uploads: { limit: 100, used: 2, wanted: 1 },
  },
};
