import { BODY_LIMITS } from '@cairn/shared/http/body-limits';
import { hasBody } from '@cairn/shared/http/unread-body';
import type { ClientAddress } from '../domain/client-address.ts';
import { rateLimitKey } from '../domain/client-address.ts';
import type { RateLimiter, RateLimitVerdict, Upstream } from '../domain/ports.ts';
import type { ForwardedMethod, RateLimitClass, Route, UpstreamName } from '../routing-table.ts';
import { readClientBody, type ClientBody } from './client-body.ts';
import { answerProblem, type Exchange } from './exchange.ts';
import type { OpenStreams } from './open-streams.ts';
import { relayAnswer } from './relay-answer.ts';
import { requestHeaders } from './request-headers.ts';

export interface ForwardDeps {
  readonly upstreams: Readonly<Record<UpstreamName, Upstream>>;
  /** The same services, over connections for answers that go on. */
  readonly streams: Readonly<Record<UpstreamName, Upstream>>;
  readonly openStreams: OpenStreams;
  readonly limit: RateLimiter;
  readonly clientAddress: ClientAddress;
  readonly publicUrl: URL;
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly streamMs: number;
}

const PREFETCH_BYTES = 65_536;
const METHODS_WITHOUT_BODY = new Set(['GET', 'HEAD']);

/** Sends one admitted request to its service. `path` is exactly what was matched, with its query. */
export async function forwardRequest(
  deps: ForwardDeps,
  exchange: Exchange,
  route: Route,
  method: ForwardedMethod,
  path: string,
): Promise<void> {
  const { incoming } = exchange;
  exchange.service = route.service;
  const clientAddress = deps.clientAddress(
    incoming.socket.remoteAddress ?? '',
    headerText(incoming.headers['x-forwarded-for']),
  );
  const limit = route.rateLimitOf?.[method] ?? route.rateLimit;
  const verdict = await deps.limit(limit, rateLimitKey(clientAddress));
  if (verdict !== undefined) {
    exchange.baseHeaders.push(...rateLimitHeaders(limit, verdict));
    if (!verdict.allowed) {
      const detail = `At most ${verdict.quota} requests in ${verdict.windowSeconds} s.`;
      const retryAfter = ['retry-after', String(verdict.resetSeconds)];
      answerProblem(exchange, 'request.rate_limited', { detail }, retryAfter);
      return;
    }
  }

  let body: ClientBody | undefined;
  if (hasBody(incoming)) {
    if (METHODS_WITHOUT_BODY.has(method)) {
      answerProblem(exchange, 'request.malformed', { detail: 'GET and HEAD take no body.' });
      return;
    }
    const limitBytes = Math.min(deps.maxBodyBytes, route.maxBodyBytes ?? BODY_LIMITS[route.service]);
    const tooLarge = { detail: `At most ${limitBytes} bytes are accepted.` };
    if (Number(incoming.headers['content-length'] ?? 0) > limitBytes) {
      answerProblem(exchange, 'request.too_large', tooLarge);
      return;
    }
    body = await readClientBody(incoming, {
      limitBytes,
      prefetchBytes: PREFETCH_BYTES,
      timeoutMs: deps.bodyTimeoutMs,
    });
    if (body.kind === 'failed') {
      if (body.end === 'too_large') answerProblem(exchange, 'request.too_large', tooLarge);
      else if (body.end === 'timeout') answerProblem(exchange, 'request.timeout');
      else exchange.failure = 'client_gone';
      return;
    }
  }

  const contentLength =
    body?.kind === 'whole' ? String(body.bytes.length) : incoming.headers['content-length'];
  const headers = requestHeaders(incoming, {
    requestId: exchange.requestId,
    trace: exchange.trace,
    clientAddress,
    contentLength,
    publicUrl: deps.publicUrl,
  });
  relayAnswer(
    exchange,
    route,
    route.streamMs === undefined ? deps.upstreams[route.service] : deps.streams[route.service],
    { method, path, headers, body: bodyToSend(body), isShedFirst: route.isShedFirst ?? false },
    {
      streamMs: route.streamMs ?? deps.streamMs,
      openStreams: route.streamMs === undefined ? undefined : deps.openStreams,
      bodyComplete: body?.kind === 'stream' ? body.complete : undefined,
    },
  );
}

function bodyToSend(body: ClientBody | undefined) {
  if (body?.kind === 'whole') return body.bytes;
  return body?.kind === 'stream' ? body.stream : null;
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}

/** As in draft-ietf-httpapi-ratelimit-headers: the policy, and what is left of it. */
function rateLimitHeaders(limit: RateLimitClass, verdict: RateLimitVerdict): string[] {
  return [
    'ratelimit-policy',
    `"${limit}";q=${verdict.quota};w=${verdict.windowSeconds}`,
    'ratelimit',
    `"${limit}";r=${verdict.remaining};t=${verdict.resetSeconds}`,
  ];
}
