import type { IncomingMessage } from 'node:http';
import { FORWARDED_METHODS } from '../routing-table.ts';

const EXPOSED = 'ETag, Location, Retry-After, X-Request-Id, RateLimit, RateLimit-Policy';
/** The last two are sent by a page that traces its requests with OpenTelemetry. */
const ALLOWED_REQUEST_HEADERS =
  'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID, X-Request-Id, ' +
  'traceparent, tracestate';

export interface Cors {
  /** Headers of any answer to this origin: none unless it is on the list. */
  answerHeaders(origin: string | undefined): readonly string[];
  /** What a preflight's answer has besides; undefined when the origin is not on the list. */
  preflightHeaders(origin: string): readonly string[] | undefined;
}

/**
 * An exact list of origins. Tokens travel in a header that a site must set itself, so credentials (cookies)
 * are never allowed.
 */
export function createCors(origins: readonly string[]): Cors {
  const allowed = new Map(
    origins.map((origin) => [
      origin,
      ['access-control-allow-origin', origin, 'access-control-expose-headers', EXPOSED],
    ]),
  );
  return {
    answerHeaders: (origin) => (origin === undefined ? undefined : allowed.get(origin)) ?? [],
    preflightHeaders(origin) {
      if (!allowed.has(origin)) return undefined;
      return [
        'access-control-allow-methods',
        FORWARDED_METHODS.join(', '),
        'access-control-allow-headers',
        ALLOWED_REQUEST_HEADERS,
        'access-control-max-age',
        '600',
      ];
    },
  };
}

export function isPreflight(incoming: IncomingMessage): boolean {
  return (
    incoming.method === 'OPTIONS' &&
    incoming.headers.origin !== undefined &&
    incoming.headers['access-control-request-method'] !== undefined
  );
}
