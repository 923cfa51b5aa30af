import type { Context } from 'hono';
import type { FieldError } from '../errors/domain-error.ts';
import { problemResponse, requestIdOf } from './problem.ts';

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  readonly message: string;
  readonly params?: Record<string, unknown> | undefined;
  /** Of `unrecognized_keys`: what should not be there. */
  readonly keys?: readonly string[];
  /** Of `too_small` and `too_big`: what was measured. */
  readonly origin?: string;
  /** Of `invalid_value`: what it may be. */
  readonly values?: readonly unknown[];
}

/** What a schema says of one part of a request. */
export type ValidationResult = { readonly target: string } & (
  | { readonly success: true }
  | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } }
);

export type AfterValidation = (result: ValidationResult, c: Context) => Response | undefined;

/** A request that does not fit is refused with everything that is wrong with that part of it. */
export const invalidRequest: AfterValidation = (result, c) => {
  if (result.success) return undefined;
  const errors = fieldErrors(result.target, result.error.issues);
  c.set('problem', 'request.invalid');
  return problemResponse('request.invalid', requestIdOf(c), { errors });
};

const MAX_UNKNOWN_FIELDS = 20;

/** What a schema found, as the `errors` of a problem: each at its place, with a code and a hint, and once. */
export function fieldErrors(target: string, issues: readonly Issue[]): FieldError[] {
  const errors = issues.flatMap((issue) => errorsOf(target, issue));
  const seen = new Set<string>();
  return errors.filter(({ field, code }) => {
    const key = `${field} ${code}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Unknown fields of one object are one issue beside them; each is named for itself here. */
function errorsOf(target: string, issue: Issue): FieldError[] {
  if (issue.code !== 'unrecognized_keys' || issue.keys === undefined) return [fieldError(target, issue)];
  const message = target === 'query' ? 'is not a parameter here' : 'is not a field here';
  return issue.keys
    .slice(0, MAX_UNKNOWN_FIELDS)
    .map((key) => fieldError(target, { ...issue, path: [...issue.path, key], message }));
}

/** Custom issues carry their own stable `code` and `hint` in `params`; the others get theirs by zod's code. */
function fieldError(target: string, issue: Issue): FieldError {
  const steps = issue.path.map(String);
  const pointer = steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const place = target === 'json' ? pointer : `${target === 'param' ? 'path' : target}.${steps.join('.')}`;
  const usual = usualProblem(issue);
  const { code, hint = usual.hint } = issue.params ?? {};
  return {
    field: place,
    code: typeof code === 'string' ? code : usual.code,
    message: usual.message ?? issue.message,
    ...(typeof hint === 'string' ? { hint } : {}),
  };
}

const SEE_DOCUMENT = '`GET /openapi.json` describes the field.';

function usualProblem(issue: Issue): { code: string; hint: string; message?: string } {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? { code: 'field.required', hint: SEE_DOCUMENT, message: 'is required' }
        : { code: 'field.wrong_type', hint: SEE_DOCUMENT };
    case 'unrecognized_keys':
      return {
        code: 'field.unknown',
        hint: 'Leave it out, or look for its spelling in `GET /openapi.json`.',
      };
    case 'invalid_value':
      return {
        code: 'field.not_allowed',
        hint: issue.values === undefined ? SEE_DOCUMENT : `One of: ${issue.values.map(String).join(', ')}.`,
      };
    case 'too_small':
      return {
        code: `${areaOf(issue)}.${areaOf(issue) === 'number' ? 'too_small' : 'too_short'}`,
        hint: SEE_DOCUMENT,
      };
    case 'too_big':
      return {
        code: `${areaOf(issue)}.${areaOf(issue) === 'number' ? 'too_large' : 'too_long'}`,
        hint: SEE_DOCUMENT,
      };
    case 'invalid_format':
      return { code: 'field.malformed', hint: SEE_DOCUMENT };
    default:
      return { code: 'field.invalid', hint: SEE_DOCUMENT };
  }
}

function areaOf({ origin }: Issue): 'text' | 'list' | 'number' {
  if (origin === 'string') return 'text';
  return origin === 'array' || origin === 'set' ? 'list' : 'number';
}
