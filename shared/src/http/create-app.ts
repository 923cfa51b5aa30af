import type { IncomingHttpHeaders } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { isOutage } from '../aws/outage.ts';
import { DomainError } from '../errors/domain-error.ts';
import type { ProblemCode } from '../errors/problems.ts';
import type { Logger } from '../logging/logger.ts';
import { requestLog } from '../logging/request-log.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { createRequestMeter } from '../telemetry/request-meter.ts';
import { inScope } from '../telemetry/scope.ts';
import { parseTraceparent } from '../telemetry/trace-context.ts';
import { placeOf, startSpan } from '../telemetry/tracing.ts';
import { invalidRequest } from './field-errors.ts';
import type { Principal } from './principal.ts';
import { domainErrorResponse, problemResponse, requestIdOf } from './problem.ts';
import { REQUEST_ID_HEADER, requestIdFrom } from './request-id.ts';
import { METHODS_WITH_BODY, strictJsonBody } from './json-body.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

// Types, not interfaces: Hono wants index signatures, which interfaces do not imply.
export type AppEnv = {
  /** Absent under `app.request()` in unit tests. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** Who is asking; undefined on a public route that was called without a token. */
    principal: Principal | undefined;
    /** The operationId of the route that matched. */
    operation: string | undefined;
    /** Code of the problem that was the answer. */
    problem: ProblemCode | undefined;
    /** What the request's log line says besides, where it is not the token that tells who: never a secret. */
    told: Readonly<Record<string, string>> | undefined;
    /** The answer brings its headers with it: see whole-answer.ts. */
    isWhole: boolean | undefined;
  };
};

export type App = OpenAPIHono<AppEnv>;

export interface AppOptions {
  service: string;
  logger: Logger;
  metrics?: Metrics | undefined;
  /** Largest JSON body in bytes. */
  maxBodyBytes?: number;
  /** How long a body may take to arrive. */
  bodyTimeoutMs?: number;
}

/** The shell of a service: request ids, request log, one error shape, strict bodies, security headers. */
export function createApp(options: AppOptions): App {
  const app: App = new OpenAPIHono<AppEnv>({
    defaultHook: invalidRequest,
  });

  const logRequest = requestLog(options.logger);
  const meter = createRequestMeter(options.metrics ?? createMetrics());
  const readBody = strictJsonBody({
    maxBytes: options.maxBodyBytes ?? 262_144,
    timeoutMs: options.bodyTimeoutMs ?? 10_000,
  });
  app.use(async (c, next) => {
    const { rawHeaders, headers } = c.env?.incoming ?? {};
    const requestId = requestIdFrom(headerOf(c, headers, REQUEST_ID_HEADER));
    c.set('requestId', requestId);
    const remote = parseTraceparent(headerOf(c, headers, 'traceparent'));
    const span = startSpan('request', { kind: 'server', parent: remote });
    const trace = span === undefined ? remote : placeOf(span);
    meter.begin();
    const startedAt = performance.now();
    await inScope({ requestId, userId: undefined, trace }, () => {
      if (!hasManyHosts(rawHeaders)) return next();
      c.set('problem', 'request.malformed');
      c.res = problemResponse('request.malformed', requestId);
      return undefined;
    });
    const durationMs = performance.now() - startedAt;
    if (c.get('isWhole') !== true) completeHeaders(c.res.headers, requestId);
    const { status } = c.res;
    const operation = c.get('operation') ?? 'other';
    meter.end(operation, status, durationMs);
    span?.updateName(operation).setAttribute('http.response.status_code', status);
    span?.setAttribute('request_id', requestId).end();
    const principal = c.get('principal');
    logRequest({
      request_id: requestId,
      trace_id: trace?.traceId,
      method: c.req.method,
      path: c.req.path.slice(0, 200),
      status,
      operation: c.get('operation'),
      code: c.get('problem'),
      user_id: principal?.userId,
      session_id: principal?.sessionId,
      key_id: principal?.keyId,
      ...c.get('told'),
      duration_ms: Math.round(durationMs * 10) / 10,
    });
  });
  // Where there can be one: every layer more costs each request.
  app.on(METHODS_WITH_BODY, '*', readBody);

  app.notFound((c) => {
    const allowed = methodNotAllowed(app, c.req.path);
    c.set('problem', allowed === undefined ? 'request.not_found' : 'request.method_not_allowed');
    return allowed === undefined
      ? problemResponse('request.not_found', requestIdOf(c))
      : problemResponse('request.method_not_allowed', requestIdOf(c), {}, { allow: allowed });
  });
  app.onError((error, c) => {
    const requestId = requestIdOf(c);
    c.set('problem', problemOf(error));
    if (error instanceof DomainError) {
      if (error.cause !== undefined && error.retryable) {
        options.logger.warn({ request_id: requestId, err: error }, 'a dependency failed');
      }
      return domainErrorResponse(error, requestId);
    }
    const refusal = problemOf(error);
    if (refusal !== undefined) return problemResponse(refusal, requestId);
    if (isOutage(error)) {
      options.logger.warn({ request_id: requestId, err: error }, 'a dependency failed');
      return domainErrorResponse(new DomainError('service.unavailable', { retryable: true }), requestId);
    }
    options.logger.error({ request_id: requestId, err: error }, 'unexpected error');
    return problemResponse('service.internal', requestId);
  });
  return app;
}

function problemOf(error: Error): ProblemCode | undefined {
  if (error instanceof DomainError) return error.code;
  return error instanceof HTTPException ? ROUTER_REFUSALS[error.status] : undefined;
}

/** Hono looks through a copy of the headers; under `app.request()` in unit tests there is nothing else. */
function headerOf(c: Context, headers: IncomingHttpHeaders | undefined, name: string): string | undefined {
  if (headers === undefined) return c.req.header(name);
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function completeHeaders(headers: Headers, requestId: string): void {
  for (const name in SECURITY_HEADERS) headers.set(name, SECURITY_HEADERS[name] ?? '');
  headers.set(REQUEST_ID_HEADER, requestId);
}

function hasManyHosts(rawHeaders: readonly string[] = []): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

/** What Hono's own validators throw: no JSON in a body that claims to be, and an empty one of another type. */
const ROUTER_REFUSALS: Partial<Record<number, ProblemCode>> = {
  400: 'request.malformed_json',
  415: 'request.unsupported_media_type',
};
