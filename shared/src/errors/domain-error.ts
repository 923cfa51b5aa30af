import type { ProblemCode } from './problems.ts';

/** One refused field. `field` is a JSON pointer into the body, or `query.x`, `path.x`, `header.x`, `quota.x`. */
export interface FieldError {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Of a quota: what it allows, what is used or reserved of it, what this would add. */
  readonly limit?: number;
  readonly used?: number;
  readonly wanted?: number;
}

export interface DomainErrorOptions {
  readonly detail?: string;
  readonly hint?: string;
  readonly errors?: readonly FieldError[];
  /** Whether the same call may succeed later without being changed. */
  readonly retryable?: boolean;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** The one error that crosses layers; the HTTP ring maps it to a problem by its code, nobody else does. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly errors: readonly FieldError[];
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, options: DomainErrorOptions = {}) {
    super(options.detail === undefined ? code : `${code}: ${options.detail}`, { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.hint = options.hint;
    this.errors = options.errors ?? [];
    this.retryable = options.retryable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A 422 about one field, raised by a rule that a schema cannot express. */
export function invalidField(field: string, code: string, message: string, hint?: string): DomainError {
  return new DomainError('request.invalid', {
    errors: [{ field, code, message, ...(hint === undefined ? {} : { hint }) }],
  });
}
