import type { ServiceParts } from '@cairn/shared/lifecycle/run-service';
import type { Logger } from '@cairn/shared/logging/logger';
import { createMetrics, type Metrics } from '@cairn/shared/telemetry/metrics';
import { memoryRateLimiter } from './adapters/memory-rate-limiter.ts';
import { undiciUpstream, type UndiciUpstreamOptions } from './adapters/undici-upstream.ts';
import { fetchJson } from './adapters/upstream-json.ts';
import { createGatewayApp } from './app.ts';
import type { GatewayConfig } from './config.ts';
import { createApiDocument } from './domain/api-document.ts';
import { createCircuitBreaker } from './domain/circuit-breaker.ts';
import { clientAddressResolver } from './domain/client-address.ts';
import { routeMatcher } from './domain/match-route.ts';
import { createRetryBudget } from './domain/retry-budget.ts';
import { createCors } from './http/cors.ts';
import { openStreams } from './http/open-streams.ts';
import { ROUTES, UPSTREAMS, type Route, type UpstreamName } from './routing-table.ts';

const DOCUMENT_TIMEOUT_MS = 3_000;

type UpstreamRoom = Pick<UndiciUpstreamOptions, 'concurrency' | 'queue' | 'streams'>;

export function composeGateway(
  config: GatewayConfig,
  logger: Logger,
  routes: readonly Route[] = ROUTES,
  metrics: Metrics = createMetrics(),
): ServiceParts {
  const monotonic = () => performance.now();
  const match = routeMatcher(routes);

  const openCircuits = new Map<UpstreamName, number>(UPSTREAMS.map((name) => [name, 0]));
  metrics.sampled('cairn_gateway_circuit_open', () =>
    Array.from(openCircuits, ([to, open]) => ({ labels: { to }, value: Math.sign(open) })),
  );

  const upstream = (name: UpstreamName, origin: string, room: UpstreamRoom) =>
    undiciUpstream({
      origin,
      ...room,
      connectTimeoutMs: 1_000,
      retryBudget: createRetryBudget({ share: 0.1, maxSaved: 10 }),
      breaker: createCircuitBreaker({
        failuresToOpen: 5,
        openMs: 500,
        maxOpenMs: 4_000,
        now: monotonic,
        onChange: (state) => {
          // One for requests and one for streams.
          openCircuits.set(name, (openCircuits.get(name) ?? 0) + (state === 'open' ? 1 : -1));
          logger.warn({ to: name, state }, 'circuit changed');
        },
      }),
    });
  const upstreamsWith = (room: UpstreamRoom) => ({
    auth: upstream('auth', config.AUTH_URL, room),
    catalog: upstream('catalog', config.CATALOG_URL, room),
    ingest: upstream('ingest', config.INGEST_URL, room),
  });
  const upstreams = upstreamsWith({ concurrency: config.UPSTREAM_CONCURRENCY, queue: config.UPSTREAM_QUEUE });
  // A stream that waited for another to end would wait for minutes: there is no queue.
  const streams = upstreamsWith({ concurrency: config.UPSTREAM_STREAMS, queue: 0, streams: true });
  const following = openStreams();

  const apiDocument = createApiDocument({
    services: UPSTREAMS,
    load: (service) => fetchJson(upstreams[service as UpstreamName], '/openapi.json', DOCUMENT_TIMEOUT_MS),
    merge: {
      publicUrl: config.PUBLIC_URL,
      info: {
        title: 'Cairn',
        description: 'The backend of an asset store for game developers.',
        version: '0.1.0',
      },
      isRouted: (service, path) => match(path.replaceAll(/\{[^}]*\}/g, 'x'))?.service === service,
    },
    logger,
    refreshMs: 30_000,
    now: monotonic,
  });

  const app = createGatewayApp({
    match,
    cors: createCors(config.CORS_ORIGINS),
    upstreams,
    streams,
    openStreams: following,
    limit: memoryRateLimiter({
      general: config.RATE_LIMIT_GENERAL,
      registration: config.RATE_LIMIT_REGISTRATION,
      sign_in: config.RATE_LIMIT_SIGN_IN,
      upload: config.RATE_LIMIT_UPLOAD,
    }),
    clientAddress: clientAddressResolver(config.TRUSTED_PROXIES),
    publicUrl: new URL(config.PUBLIC_URL),
    maxBodyBytes: config.MAX_BODY_BYTES,
    bodyTimeoutMs: config.BODY_TIMEOUT_MS,
    streamMs: config.STREAM_TIMEOUT_MS,
    answerTimeoutMs: config.ANSWER_TIMEOUT_MS,
    apiDocument,
    metrics,
    logger,
  });

  return {
    app,
    stopping: () => following.stop(),
    shutdown: [
      {
        name: 'upstream connections',
        run: async () => {
          const all = [...Object.values(upstreams), ...Object.values(streams)];
          await Promise.all(all.map((each) => each.close()));
        },
      },
    ],
  };
}
