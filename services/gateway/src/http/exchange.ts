import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Span } from '@opentelemetry/api';
import { PROBLEMS, type ProblemCode } from '@cairn/shared/errors/problems';
import { problemBody, PROBLEM_MEDIA_TYPE, type ProblemDetails } from '@cairn/shared/http/problem';
import { REQUEST_ID_HEADER, requestIdFrom } from '@cairn/shared/http/request-id';
import { noteRefusal } from '@cairn/shared/telemetry/refusal-tally';
import { parseTraceparent, type TraceContext } from '@cairn/shared/telemetry/trace-context';
import { placeOf, startSpan } from '@cairn/shared/telemetry/tracing';
import type { UpstreamName } from '../routing-table.ts';

/** One request with its answer, and what is on every answer. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly requestId: string;
  readonly startedAt: number;
  /** Headers of every answer: security, CORS, request id, and what was added on the way; name, value, ... */
  readonly baseHeaders: string[];
  /** Where the service's part of the trace begins; the client's own place while no traces are made here. */
  readonly trace: TraceContext | undefined;
  readonly span: Span | undefined;
  /** For the access log and the metrics. */
  operation: string;
  service?: UpstreamName;
  failure?: string;
}

export function openExchange(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  headers: { security: readonly string[]; cors: readonly string[] },
): Exchange {
  const sent = incoming.headers[REQUEST_ID_HEADER];
  const requestId = requestIdFrom(typeof sent === 'string' ? sent : undefined);
  const { traceparent } = incoming.headers;
  const remote = typeof traceparent === 'string' ? parseTraceparent(traceparent) : undefined;
  const span = startSpan('request', { kind: 'server', parent: remote });
  return {
    incoming,
    outgoing,
    requestId,
    span,
    trace: span === undefined ? remote : placeOf(span),
    operation: 'refused',
    startedAt: performance.now(),
    baseHeaders: [REQUEST_ID_HEADER, requestId, ...headers.security, ...headers.cors],
  };
}

/** Answers for the gateway itself. Where an answer has begun the connection ends: half of one must not pass for all. */
export function answerProblem(
  exchange: Exchange,
  code: ProblemCode,
  details: ProblemDetails = {},
  headers: readonly string[] = [],
): void {
  const { outgoing, baseHeaders, requestId, incoming } = exchange;
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.destroy();
    return;
  }
  noteRefusal(code);
  // Whoever sends such a request may read the bytes on this connection differently than we do.
  if (code === 'request.malformed') outgoing.shouldKeepAlive = false;
  const text = JSON.stringify(problemBody(code, requestId, details));
  outgoing.writeHead(PROBLEMS[code].status, [
    ...baseHeaders,
    'vary',
    'Origin',
    'content-type',
    PROBLEM_MEDIA_TYPE,
    'cache-control',
    'no-store',
    'content-length',
    String(Buffer.byteLength(text)),
    ...headers,
  ]);
  outgoing.end(incoming.method === 'HEAD' ? undefined : text);
}
