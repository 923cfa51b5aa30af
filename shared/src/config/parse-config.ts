import { z } from '@hono/zod-openapi';
import { telemetryConfig } from '../telemetry/telemetry-config.ts';

/** What every service reads. AWS_REGION, AWS_ENDPOINT_URL... are the SDK's own and stay with it. */
export const commonConfig = {
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; loopback unless said otherwise'),
  PORT: z.coerce.number().int().min(0).max(65_535).describe('Port to listen on; 0 takes any free one'),
  MAX_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(1)
    .default(10_000)
    .describe('Connections open at once; one more is closed as soon as it is made'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least severe level that is logged'),
  SHUTDOWN_GRACE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(20_000)
    .describe('How long requests and jobs under way may take to finish after SIGTERM'),
  ...telemetryConfig,
} as const;

/** For the services that accept access tokens. */
export const tokenConfig = {
  JWKS_URL: z.url().describe('Where auth publishes its public keys (`/.well-known/jwks.json`)'),
  TOKEN_ISSUER: z.string().min(1).describe('Expected `iss` of access tokens'),
  TOKEN_AUDIENCE: z.string().min(1).describe('Expected `aud` of access tokens'),
  REVOCATIONS_URL: z.url().describe('Where auth publishes what it has revoked (`/.well-known/revocations`)'),
  REVOCATIONS_INTERVAL_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(300_000)
    .default(30_000)
    .describe('Pause between two looks at that list, which serves ten minutes'),
  API_KEY_USAGE_QUEUE: z.string().min(1).describe('Queue that is told which API keys are used'),
} as const;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Parses an environment; the error names every bad variable and its rule, and never a value. */
export function parseConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>>,
): z.output<z.ZodObject<Shape>> {
  const result = z.object(shape).safeParse(env);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    const rule = env[name] === undefined ? 'is missing' : `is not valid (${issue.code})`;
    const about = shape[name] instanceof z.ZodType ? shape[name].description : undefined;
    return `  ${name} ${rule}${about === undefined ? '' : `: ${about}`}`;
  });
  throw new ConfigError(`The environment does not fit:\n${lines.join('\n')}`);
}
