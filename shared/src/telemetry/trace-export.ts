import type * as Sdk from '@opentelemetry/sdk-trace';
import type { TelemetryConfig } from './telemetry-config.ts';
import { useTracer } from './tracing.ts';

export interface TraceExport {
  /** Sends what has not been sent; gives up after a moment, since nobody may be listening. */
  stop(): Promise<void>;
}

const OFF: TraceExport = { stop: async () => undefined };
const LAST_EXPORT_MS = 3_000;

/**
 * Sends spans to a collector by OTLP over HTTP; off without OTEL_EXPORTER_OTLP_ENDPOINT, and then not even loaded.
 * The exporter reads OTEL_EXPORTER_OTLP_HEADERS and the others of its own variables itself.
 */
export async function startTraceExport(service: string, config: TelemetryConfig): Promise<TraceExport> {
  const isOff = (config.OTEL_EXPORTER_OTLP_ENDPOINT ?? '') === '' || config.OTEL_SDK_DISABLED === 'true';
  if (isOff) return OFF;
  const [{ OTLPTraceExporter }, sdk, resources] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/resources'),
  ]);
  const own = resources.resourceFromAttributes({ 'service.namespace': 'cairn', 'service.name': service });
  const given = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new sdk.TracerProvider({
    resource: own.merge(given),
    sampler: samplerOf(sdk, config),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: new OTLPTraceExporter(),
        scheduledDelayMillis: config.OTEL_BSP_SCHEDULE_DELAY,
      }),
    ],
  });
  useTracer(provider.getTracer('cairn'));
  return {
    async stop() {
      useTracer(undefined);
      await Promise.race([provider.shutdown(), gone(LAST_EXPORT_MS)]);
    },
  };
}

const gone = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms).unref());

function samplerOf(sdk: typeof Sdk, config: TelemetryConfig) {
  const [, isParentBased, name] = /^(parentbased_)?(.*)$/.exec(config.OTEL_TRACES_SAMPLER) ?? [];
  const root =
    name === 'always_off'
      ? new sdk.AlwaysOffSampler()
      : name === 'traceidratio'
        ? new sdk.TraceIdRatioBasedSampler(config.OTEL_TRACES_SAMPLER_ARG)
        : new sdk.AlwaysOnSampler();
  return isParentBased === undefined ? root : new sdk.ParentBasedSampler({ root });
}
