import { z } from '@hono/zod-openapi';
import { commonConfig, tokenConfig } from '@cairn/shared/config/parse-config';

export const authConfig = {
  ...commonConfig,
  USERS_TABLE: z.string().min(1).describe('Table of users and name claims'),
  SESSIONS_TABLE: z.string().min(1).describe('Table of sessions'),
  ASSET_EVENTS_TOPIC_ARN: z.string().min(1).describe('Topic that `user.deleted` is published to'),
  SIGNING_KEYS_FILE: z
    .string()
    .min(1)
    .describe('File of the private signing keys; made with mode 0600 when it is missing'),
  TOKEN_ISSUER: tokenConfig.TOKEN_ISSUER.describe('`iss` of the access tokens'),
  TOKEN_AUDIENCE: tokenConfig.TOKEN_AUDIENCE.describe('`aud` of the access tokens'),
  PASSWORD_HASH_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(2)
    .describe('Passwords hashed at once, 19 MiB and one thread each'),
  PASSWORD_HASH_QUEUE: z.coerce
    .number()
    .int()
    .min(0)
    .default(64)
    .describe('Passwords that may wait for a turn; more are answered 503'),
} as const;

export type AuthConfig = z.output<z.ZodObject<typeof authConfig>>;
