import { z } from '@hono/zod-openapi';
import { commonConfig } from '@cairn/shared/config/parse-config';
import { isAddressBlock } from './domain/client-address.ts';

const list = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((each) => each !== ''))
  .pipe(z.array(z.string()));

/** `100/1s`, or `off`. */
const rateLimit = z
  .string()
  .regex(/^(?:off|[1-9]\d{0,6}\/[1-9]\d{0,4}s)$/)
  .transform((text) => {
    if (text === 'off') return undefined;
    const [requests, seconds] = text.slice(0, -1).split('/').map(Number);
    return { requests: requests ?? 0, windowSeconds: seconds ?? 0 };
  });

const origin = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/$/, ''));
const count = z.coerce.number().int().positive();

export const gatewayConfig = {
  ...commonConfig,
  PUBLIC_URL: origin.describe('The API as clients reach it; with https the answers carry HSTS'),
  AUTH_URL: origin.describe('Where the auth service listens'),
  CATALOG_URL: origin.describe('Where the catalog service listens'),
  INGEST_URL: origin.describe('Where the ingest service listens'),
  CORS_ORIGINS: list
    .refine((origins) => origins.every((each) => URL.canParse(each) && new URL(each).origin === each))
    .default([])
    .describe('Web origins that may use the API, such as `https://store.example`; none by default'),
  TRUSTED_PROXIES: list
    .refine((blocks) => blocks.every(isAddressBlock))
    .default([])
    .describe('Addresses or CIDR blocks of proxies in front, whose `X-Forwarded-For` counts'),
  RATE_LIMIT_GENERAL: rateLimit
    .prefault('200/1s')
    .describe('Requests a client may make in so many seconds, or `off`: all that has no class of its own'),
  RATE_LIMIT_REGISTRATION: rateLimit.prefault('10/60s').describe('The same for registrations'),
  RATE_LIMIT_SIGN_IN: rateLimit.prefault('30/60s').describe('The same for whatever checks a password'),
  RATE_LIMIT_UPLOAD: rateLimit.prefault('60/60s').describe('The same for new uploads'),
  MAX_BODY_BYTES: count
    .default(1_048_576)
    .describe(
      'Largest request body of any route, where a service does not take less; file bytes go to S3 directly',
    ),
  BODY_TIMEOUT_MS: count.default(10_000).describe('How long a request body may take to arrive'),
  ANSWER_TIMEOUT_MS: count
    .default(20_000)
    .describe('How long a client may take for the end of an answer, once all of it is there'),
  STREAM_TIMEOUT_MS: count.default(60_000).describe('How long an answer that is streamed may take'),
  UPSTREAM_CONCURRENCY: count.default(128).describe('Requests under way at once, for each service'),
  UPSTREAM_STREAMS: count
    .default(1_000)
    .describe('Streams of events open at once, for each service; they count for nothing else'),
  UPSTREAM_QUEUE: count
    .default(256)
    .describe(
      'Requests that may wait for a service; more get 503, and searches and lists when half of it is taken',
    ),
} as const;

export type GatewayConfig = z.output<z.ZodObject<typeof gatewayConfig>>;
