import { z, type RouteConfig } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { invalidRequest, type AfterValidation } from './field-errors.ts';

/** A refusal, or undefined where all fits, and `c.req.valid` then knows it. */
export type ValidateRequest = (c: Context) => Response | undefined;

type Target = 'query' | 'param' | 'header';

/**
 * Query, path and headers by a route's schemas, in one go: a middleware for each of them costs more than the
 * schemas do. Of the headers those that the schema names are looked at.
 */
export function validateRequest(
  { query, params, headers }: NonNullable<RouteConfig['request']>,
  validated: AfterValidation,
): ValidateRequest {
  const parts: { target: Target; schema: z.ZodType; valueOf: (c: Context) => unknown }[] = [];
  if (query !== undefined) parts.push({ target: 'query', schema: query as z.ZodType, valueOf: queryOf });
  if (params !== undefined) {
    parts.push({ target: 'param', schema: params as z.ZodType, valueOf: (c) => c.req.param() });
  }
  if (headers !== undefined) {
    if (!(headers instanceof z.ZodObject)) throw new Error('headers are declared as one z.object');
    const names = Object.keys(headers.shape).map((name) => name.toLowerCase());
    parts.push({ target: 'header', schema: headers, valueOf: headersOf(names) });
  }
  return (c) => {
    for (const { target, schema, valueOf } of parts) {
      const result = schema.safeParse(valueOf(c));
      if (!result.success)
        return validated({ target, ...result }, c) ?? invalidRequest({ target, ...result }, c);
      c.req.addValidatedData(target, result.data as object);
    }
    return undefined;
  };
}

const queryOf = (c: Context) =>
  Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );

const headersOf = (names: readonly string[]) => (c: Context) => {
  const headers: Record<string, string> = {};
  for (const name of names) {
    const value = c.req.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
};
