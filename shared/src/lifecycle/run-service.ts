import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '../http/create-app.ts';
import { serve } from '../http/serve.ts';
import { createLogger, type Logger } from '../logging/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { serveMetrics } from '../telemetry/metrics-server.ts';
import { refusalSamples } from '../telemetry/refusal-tally.ts';
import type { TelemetryConfig } from '../telemetry/telemetry-config.ts';
import { startTraceExport } from '../telemetry/trace-export.ts';

export interface ShutdownPhase {
  readonly name: string;
  /** Must settle within `deadlineMs`; what it leaves undone is redelivered or swept later. */
  run(deadlineMs: number): Promise<void>;
}

export interface ServiceParts {
  readonly app: App;
  /** Called once the port is open; rejects when the service cannot work at all. */
  start?(): Promise<void> | void;
  /** Whether the service can do its job now. */
  isReady?(): boolean;
  /** Called first of all: ends answers that would otherwise go on, such as streams of events. */
  stopping?(): void;
  /** After the listener has stopped and requests have ended, in this order. */
  readonly shutdown: readonly ShutdownPhase[];
}

export interface RunOptions {
  service: string;
  config: {
    HOST: string;
    PORT: number;
    MAX_CONNECTIONS: number;
    LOG_LEVEL: string;
    SHUTDOWN_GRACE_MS: number;
  } & TelemetryConfig;
  compose: (logger: Logger, metrics: Metrics) => Promise<ServiceParts> | ServiceParts;
}

/** Longer than a load balancer, or the gateway, takes to use a connection that looked idle. */
const LINGER_MS = 250;

/** The life of a service process: start, readiness, drain on SIGTERM or SIGINT, exit. */
export async function runService({ service, config, compose }: RunOptions): Promise<void> {
  const logger = createLogger(service, { level: config.LOG_LEVEL });
  const fatal = (reason: string) => (error: unknown) => {
    logger.fatal({ err: error }, reason);
    logger.flush();
    process.exitCode = 1;
    setImmediate(() => process.exit(1));
  };
  process.once('uncaughtException', fatal('uncaught exception'));
  process.once('unhandledRejection', fatal('unhandled rejection'));

  const traces = await startTraceExport(service, config);
  const metrics = createMetrics({ ofProcess: true });
  const parts = await compose(logger, metrics);
  let ready = false;
  let stopping = false;
  const isReady = () => ready && !stopping && (parts.isReady?.() ?? true);
  addHealthRoutes(parts.app, isReady);
  metrics.sampled('cairn_refusals_total', refusalSamples);
  metrics.sampled('cairn_ready', () => Number(isReady()));
  const metricsServer =
    config.METRICS_PORT === undefined
      ? undefined
      : await serveMetrics(metrics, { host: config.HOST, port: config.METRICS_PORT });
  const server = await serve(parts.app.fetch, {
    host: config.HOST,
    port: config.PORT,
    maxConnections: config.MAX_CONNECTIONS,
    ownsProcess: true,
  });

  const stop = async (signal: string) => {
    if (stopping) {
      logger.warn({ signal }, 'second signal: exiting at once');
      process.exit(1);
    }
    stopping = true;
    logger.info({ signal }, 'stopping');
    parts.stopping?.();
    const deadline = Date.now() + config.SHUTDOWN_GRACE_MS;
    const phases: ShutdownPhase[] = [
      { name: 'requests', run: () => server.close(LINGER_MS) },
      ...parts.shutdown,
      { name: 'traces', run: () => traces.stop() },
      // Last: the drain can be watched.
      { name: 'metrics', run: async () => metricsServer?.close() },
    ];
    for (const phase of phases) {
      const startedAt = performance.now();
      const left = Math.max(0, deadline - Date.now());
      const giveUp = new AbortController();
      await Promise.race([
        phase
          .run(left)
          .catch((error: unknown) => logger.error({ err: error, phase: phase.name }, 'phase failed')),
        delay(left + 500, undefined, { signal: giveUp.signal }).catch(() => undefined),
      ]);
      giveUp.abort();
      logger.info({ phase: phase.name, duration_ms: Math.round(performance.now() - startedAt) }, 'stopped');
    }
    logger.flush(() => process.exit(0));
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));

  await parts.start?.();
  ready = true;
  logger.info({ host: config.HOST, port: server.port, metrics_port: metricsServer?.port }, 'listening');
}

function addHealthRoutes(app: App, isReady: () => boolean): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', (c) => (isReady() ? c.json({ status: 'ready' }) : c.json({ status: 'not_ready' }, 503)));
}
