import { S3Error } from '../errors.ts';
import type { S3Response } from '../operation.ts';

export interface CorsRule {
  id?: string | undefined;
  allowedOrigins: string[];
  allowedMethods: string[];
  allowedHeaders: string[];
  exposeHeaders: string[];
  maxAgeSeconds?: number | undefined;
}

type Headers = ReadonlyMap<string, string>;

const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

/** The answer to a preflight, which browsers send without a signature. */
export function answerPreflight(rules: readonly CorsRule[] | undefined, headers: Headers): S3Response {
  const origin = headers.get('origin');
  const method = headers.get('access-control-request-method');
  if (origin === undefined || method === undefined) {
    throw new S3Error('BadRequest', 'Insufficient information. Origin request header needed.');
  }
  if (!rules) {
    throw new S3Error('AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.');
  }
  const requestedHeaders = (headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const rule = rules.find(
    (candidate) =>
      matchesOrigin(candidate, origin, method) &&
      requestedHeaders.every((name) =>
        candidate.allowedHeaders.some((pattern) => matchesPattern(pattern.toLowerCase(), name)),
      ),
  );
  if (!rule) {
    throw new S3Error(
      'AccessForbidden',
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      { headers: { vary: VARY } },
    );
  }
  return {
    status: 200,
    headers: {
      ...ruleHeaders(rule, origin),
      ...(requestedHeaders.length > 0 && {
        'access-control-allow-headers': requestedHeaders.join(', '),
      }),
    },
  };
}

/** Headers for the answer, also an error, to a request that a browser makes for a page of another origin. */
export function actualRequestHeaders(
  rules: readonly CorsRule[] | undefined,
  method: string,
  headers: Headers,
): Record<string, string> {
  if (!rules) return {};
  const origin = headers.get('origin');
  const rule =
    origin === undefined ? undefined : rules.find((candidate) => matchesOrigin(candidate, origin, method));
  // Without an Origin too: a cache must not give that answer to a browser.
  return rule && origin !== undefined ? ruleHeaders(rule, origin) : { vary: VARY };
}

function ruleHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const anyOrigin = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': anyOrigin ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(!anyOrigin && { 'access-control-allow-credentials': 'true' }),
    ...(rule.exposeHeaders.length > 0 && {
      'access-control-expose-headers': rule.exposeHeaders.join(', '),
    }),
    ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: VARY,
  };
}

function matchesOrigin(rule: CorsRule, origin: string, method: string): boolean {
  return (
    rule.allowedMethods.includes(method) &&
    rule.allowedOrigins.some((pattern) => matchesPattern(pattern, origin))
  );
}

/** At most one `*`, for any run of characters; the configuration is checked for that. */
function matchesPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  return (
    text.length >= pattern.length - 1 &&
    text.startsWith(pattern.slice(0, star)) &&
    text.endsWith(pattern.slice(star + 1))
  );
}
