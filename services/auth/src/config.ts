import { z } from '@hono/zod-openapi';
import { commonConfig, tokenConfig } from '@cairn/shared/config/parse-config';
import { MAX_ACCESS_TOKEN_SECONDS } from './domain/session.ts';

const name = z.string().min(1);
const count = z.coerce.number().int();
const DAY_SECONDS = 86_400;

export const authConfig = {
  ...commonConfig,
  PUBLIC_URL: z.url().describe('The API as clients reach it, without a slash at the end'),
  USERS_TABLE: name.describe('Table of users and name claims'),
  SESSIONS_TABLE: name.describe('Table of sessions'),
  API_KEYS_TABLE: name.describe('Table of API keys'),
  REVOCATIONS_TABLE: name.describe('Table of what is revoked before its end'),
  SIGN_IN_ATTEMPTS_TABLE: name.describe('Table of failed sign-ins'),
  API_KEY_USAGE_QUEUE: name.describe('Queue of the days on which API keys were used'),
  API_KEY_USAGE_DLQ: name.describe('Its dead-letter queue'),
  AUDIT_LOG_TABLE: name.describe('Table of administrative acts'),
  DELETIONS_TABLE: name.describe('Table of the reports on deleted accounts'),
  EXPORTS_BUCKET: name.describe('Bucket of what users are told about themselves, a part by each service'),
  S3_PUBLIC_ENDPOINT_URL: z.url().describe('S3 as clients reach it: the URL of an export is for this host'),
  AUTH_EVENTS_QUEUE: name.describe('Queue of what the services report to auth'),
  AUTH_EVENTS_DLQ: name.describe('Its dead-letter queue'),
  ASSET_EVENTS_TOPIC_ARN: name.describe(
    'Topic that `user.deleted` and requests for exports are published to',
  ),
  SIGNING_KEYS_FILE: name
    .optional()
    .describe('File of the private signing keys; made with mode 0600 when it is missing'),
  SIGNING_KEYS_SECRET: name
    .optional()
    .describe('Secret of AWS Secrets Manager that holds the signing keys, instead of the file'),
  TOKEN_ISSUER: tokenConfig.TOKEN_ISSUER.describe('`iss` of the access tokens'),
  TOKEN_AUDIENCE: tokenConfig.TOKEN_AUDIENCE.describe('`aud` of the access tokens'),
  ACCESS_TOKEN_SECONDS: count
    .min(30)
    .max(MAX_ACCESS_TOKEN_SECONDS)
    .default(MAX_ACCESS_TOKEN_SECONDS)
    .describe('How long an access token is good'),
  SESSION_IDLE_SECONDS: count
    .min(60)
    .default(30 * DAY_SECONDS)
    .describe('A session that is not refreshed for so long ends'),
  SESSION_ABSOLUTE_SECONDS: count
    .min(60)
    .default(180 * DAY_SECONDS)
    .describe('And in any case after this'),
  PASSWORD_HASH_CONCURRENCY: count
    .min(1)
    .max(64)
    .optional()
    .describe(
      'Passwords hashed at once, 19 MiB and one thread each; by default one less than there are processors',
    ),
  PASSWORD_HASH_QUEUE: count
    .min(0)
    .default(64)
    .describe('Passwords that may wait for a turn; more are answered 503'),
  TRUSTED_PROXIES: count
    .min(0)
    .max(10)
    .default(1)
    .describe('How many proxies in front append to X-Forwarded-For; the gateway is one'),
} as const;

export type AuthConfig = z.output<z.ZodObject<typeof authConfig>>;
