import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { OpenAPIHono } from '@hono/zod-openapi';
import { DomainError } from '@cairn/shared/errors/domain-error';
import type { App, AppEnv } from '@cairn/shared/http/create-app';
import { methodNotAllowed } from '@cairn/shared/http/method-not-allowed';
import { domainErrorResponse, problemResponse, requestIdOf } from '@cairn/shared/http/problem';
import type { Logger } from '@cairn/shared/logging/logger';
import { requestLog, type RequestLine } from '@cairn/shared/logging/request-log';
import type { Metrics } from '@cairn/shared/telemetry/metrics';
import { createRequestMeter } from '@cairn/shared/telemetry/request-meter';
import type { ApiDocument } from './domain/api-document.ts';
import { admitRequest, type Admission, type AdmissionDeps } from './http/admit-request.ts';
import { securityHeaders } from './http/answer-headers.ts';
import { answerProblem, openExchange, type Exchange } from './http/exchange.ts';
import { forwardRequest, type ForwardDeps } from './http/forward-request.ts';
import { ownResources } from './http/own-resources.ts';
import { cutOffSlowReader } from './http/slow-readers.ts';

export interface GatewayDeps extends AdmissionDeps, ForwardDeps {
  readonly metrics: Metrics;
  readonly apiDocument: ApiDocument;
  readonly answerTimeoutMs: number;
  readonly logger: Logger;
}

/**
 * Not the shell of the services (`createApp`): what is forwarded is written to the socket as it comes, so
 * nothing may read bodies or wrap answers on the way. One middleware takes every request.
 */
export function createGatewayApp(deps: GatewayDeps): App {
  const security = securityHeaders(deps.publicUrl);
  const app: App = new OpenAPIHono<AppEnv>();
  const logRequest = requestLog(deps.logger);
  const meter = createRequestMeter(deps.metrics);
  const failures = deps.metrics.counter('cairn_gateway_failures_total');

  function end(exchange: Exchange): void {
    const { outgoing, operation, service, failure, span } = exchange;
    const status = outgoing.headersSent ? outgoing.statusCode : 0;
    meter.end(operation, status, performance.now() - exchange.startedAt);
    if (failure !== undefined) failures.inc({ to: service ?? 'none', failure });
    span?.updateName(operation).setAttribute('http.response.status_code', status);
    span?.setAttribute('request_id', exchange.requestId).end();
    logRequest(lineOf(exchange));
  }

  function open(incoming: IncomingMessage, outgoing: ServerResponse): Exchange {
    const cors = deps.cors.answerHeaders(incoming.headers.origin);
    const exchange = openExchange(incoming, outgoing, { security, cors });
    meter.begin();
    outgoing.on('close', () => end(exchange));
    cutOffSlowReader(outgoing, deps.answerTimeoutMs);
    return exchange;
  }

  app.use(async (c, next) => {
    // Under `app.request()` in unit tests there is no environment.
    const { incoming, outgoing } = c.env ?? {};
    if (incoming === undefined || outgoing === undefined) return next();
    const exchange = open(incoming, outgoing);
    const admission = admitRequest(deps, exchange);
    exchange.operation = operationOf(admission);
    if (admission.to === 'service') {
      const { route, method, path } = admission;
      forwardRequest(deps, exchange, route, method, path).catch((error: unknown) => {
        deps.logger.error({ request_id: exchange.requestId, err: error }, 'unexpected error');
        answerProblem(exchange, 'service.internal');
      });
    }
    if (admission.to !== 'own') return RESPONSE_ALREADY_SENT;
    c.set('requestId', exchange.requestId);
    await next();
    const { headers } = c.res;
    for (let i = 0; i < exchange.baseHeaders.length; i += 2) {
      headers.set(exchange.baseHeaders[i] ?? '', exchange.baseHeaders[i + 1] ?? '');
    }
    headers.set('vary', 'Origin');
  });

  ownResources(app, { publicUrl: deps.publicUrl.origin, apiDocument: deps.apiDocument });

  app.notFound((c) => {
    const allowed = methodNotAllowed(app, c.req.path);
    return allowed === undefined
      ? problemResponse('request.not_found', requestIdOf(c))
      : problemResponse('request.method_not_allowed', requestIdOf(c), {}, { allow: allowed });
  });
  app.onError((error, c) => {
    if (error instanceof DomainError) return domainErrorResponse(error, requestIdOf(c));
    deps.logger.error({ request_id: requestIdOf(c), err: error }, 'unexpected error');
    return problemResponse('service.internal', requestIdOf(c));
  });
  return app;
}

/** A row of the routing table with its method, one of our own resources, or neither: bounded, whatever is asked for. */
function operationOf(admission: Admission): string {
  if (admission.to === 'service') return `${admission.method} ${admission.route.path}`;
  return admission.to === 'own' ? 'own' : 'refused';
}

function lineOf(exchange: Exchange): RequestLine {
  const { incoming, outgoing } = exchange;
  return {
    request_id: exchange.requestId,
    trace_id: exchange.trace?.traceId,
    method: incoming.method,
    path: (incoming.url ?? '').split('?', 1)[0]?.slice(0, 200),
    status: outgoing.statusCode,
    to: exchange.service,
    failure: exchange.failure,
    duration_ms: Math.round((performance.now() - exchange.startedAt) * 10) / 10,
  };
}
