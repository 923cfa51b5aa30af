import { z } from '@hono/zod-openapi';
import { currentScope } from './scope.ts';
import { formatTraceparent } from './trace-context.ts';

/**
 * Which request something stored comes from, so that what is done for it later, by another process, belongs to the
 * same trace. Only ever followed, never trusted: a malformed one counts as none.
 */
export const originSchema = z
  .object({
    request_id: z.string().max(64).optional(),
    traceparent: z.string().max(64).optional(),
    /** When it was written. */
    at: z.iso.datetime().optional(),
  })
  .optional()
  .catch(undefined);

export type Origin = NonNullable<z.infer<typeof originSchema>>;

/** Of what is written now; undefined outside of any request or message that has one. */
export function originNow(): Origin | undefined {
  const scope = currentScope();
  if (scope?.requestId === undefined && scope?.trace === undefined) return undefined;
  const { requestId, trace } = scope;
  return {
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(trace === undefined ? {} : { traceparent: formatTraceparent(trace) }),
  };
}
