import type { Context } from 'hono';
import { z } from '@hono/zod-openapi';
import type { DomainError, FieldError } from '../errors/domain-error.ts';
import { PROBLEMS, type ProblemCode } from '../errors/problems.ts';
import { noteRefusal } from '../telemetry/refusal-tally.ts';

/** The body of every refusal: `application/problem+json`, RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: 'urn:cairn:problem:asset.not_found' }),
    title: z.string(),
    status: z.number().int(),
    code: z.string().openapi({ description: 'Stable, machine-readable: `area.reason`' }),
    detail: z.string().optional(),
    hint: z.string().optional().openapi({ description: 'What to do about it' }),
    request_id: z.string(),
    errors: z
      .array(
        z.object({
          field: z.string().openapi({
            description: 'JSON pointer into the body, or `query.x`, `path.x`, `header.x`, `quota.x`',
            example: '/files/0/size',
          }),
          code: z.string(),
          message: z.string(),
          hint: z.string().optional(),
          limit: z.number().optional().openapi({ description: 'Of a quota: what it allows' }),
          used: z.number().optional().openapi({ description: 'Of a quota: what is used or reserved of it' }),
          wanted: z.number().optional().openapi({ description: 'Of a quota: what this would add' }),
        }),
      )
      .optional(),
  })
  .openapi('Problem');

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  request_id: string;
  detail?: string;
  hint?: string;
  errors?: readonly FieldError[];
}

export interface ProblemDetails {
  detail?: string | undefined;
  hint?: string | undefined;
  errors?: readonly FieldError[] | undefined;
}

export function problemBody(code: ProblemCode, requestId: string, details: ProblemDetails = {}): ProblemBody {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:cairn:problem:${code}`,
    title,
    status,
    code,
    ...(details.detail === undefined ? {} : { detail: details.detail }),
    ...(details.hint === undefined ? {} : { hint: details.hint }),
    ...(details.errors === undefined || details.errors.length === 0 ? {} : { errors: details.errors }),
    request_id: requestId,
  };
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export function problemResponse(
  code: ProblemCode,
  requestId: string,
  details: ProblemDetails = {},
  headers: Record<string, string> = {},
): Response {
  noteRefusal(code);
  return new Response(JSON.stringify(problemBody(code, requestId, details)), {
    status: PROBLEMS[code].status,
    headers: { 'content-type': PROBLEM_MEDIA_TYPE, 'cache-control': 'no-store', ...headers },
  });
}

/** Maps a domain error; a 401 names the scheme and a retryable one says when to come back. */
export function domainErrorResponse(error: DomainError, requestId: string): Response {
  const { status } = PROBLEMS[error.code];
  const headers: Record<string, string> = {};
  if (status === 401 && error.code !== 'auth.invalid_credentials') headers['www-authenticate'] = 'Bearer';
  if (error.code === 'auth.invalid_credentials')
    headers['www-authenticate'] = 'Basic realm="cairn", charset="UTF-8"';
  if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(error.retryAfterSeconds);
  else if (status === 503) headers['retry-after'] = '1';
  return problemResponse(error.code, requestId, error, headers);
}

interface ProblemDeclaration {
  description: string;
  content: Record<string, { schema: typeof problemSchema; examples: Record<string, { value: ProblemBody }> }>;
}

/** What every operation with a JSON body may answer. */
export const BODY_PROBLEMS = [
  'request.malformed_json',
  'request.unsupported_media_type',
  'request.too_large',
  'request.invalid',
] as const satisfies readonly ProblemCode[];

/** What every operation for a signed-in user may answer. */
export const SIGNED_IN_PROBLEMS = [
  'auth.required',
  'auth.invalid_token',
  'auth.insufficient_scope',
  'auth.keys_unavailable',
  'service.unavailable',
] as const satisfies readonly ProblemCode[];

/** The `responses` of an operation for the problems that it may answer with, each with an example. */
export function problems(...codes: ProblemCode[]): Record<number, ProblemDeclaration> {
  const byStatus: Record<number, ProblemDeclaration> = {};
  for (const code of codes) {
    const { status, title } = PROBLEMS[code];
    const declared = byStatus[status];
    const example = { value: problemBody(code, 'req-4f1c2a') };
    if (declared === undefined) {
      byStatus[status] = {
        description: `\`${code}\`: ${title}`,
        content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema, examples: { [code]: example } } },
      };
    } else {
      declared.description += `; \`${code}\`: ${title}`;
      Object.assign(declared.content[PROBLEM_MEDIA_TYPE]?.examples ?? {}, { [code]: example });
    }
  }
  return byStatus;
}

/** The request id of a context, as the middleware in create-app.ts has set it. */
export function requestIdOf(c: Context): string {
  const id: unknown = c.get('requestId');
  return typeof id === 'string' ? id : 'unknown';
}
