import { z } from '@hono/zod-openapi';

/** Where a process tells of itself. The names of OTEL_* are OpenTelemetry's own. */
export const telemetryConfig = {
  METRICS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe(
      'Internal port that answers `GET /metrics`, on the address HOST; never published. Without it nothing does',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .optional()
    .describe('Collector that traces are sent to by OTLP over HTTP; without it there are none'),
  OTEL_SDK_DISABLED: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Whether traces are off all the same'),
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on')
    .describe('Which traces are sent'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of traces that the ratio samplers send'),
  OTEL_BSP_SCHEDULE_DELAY: z.coerce
    .number()
    .int()
    .positive()
    .default(5_000)
    .describe('Milliseconds between two sendings of spans'),
} as const;

export type TelemetryConfig = z.output<z.ZodObject<typeof telemetryConfig>>;
