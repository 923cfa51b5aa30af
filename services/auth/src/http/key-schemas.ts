import { z } from '@hono/zod-openapi';
import { SCOPES } from '@cairn/shared/http/principal';
import { idSchema } from '@cairn/shared/ids';
import { KEY_DAYS, KEY_NAME_LENGTH, type ApiKey } from '../domain/api-key.ts';

const scopes = z.array(z.enum(SCOPES)).openapi({ example: ['assets:read', 'assets:write'] });

export const newApiKey = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(KEY_NAME_LENGTH)
      .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, { message: 'must not hold control characters' })
      .openapi({ description: 'For people, to tell keys apart', example: 'build server' }),
    scopes: scopes.min(1).max(SCOPES.length),
    expires_in_days: z
      .int()
      .min(KEY_DAYS.least)
      .max(KEY_DAYS.most)
      .default(KEY_DAYS.usual)
      .openapi({ example: KEY_DAYS.usual }),
  })
  .openapi('NewApiKey');

export const apiKey = z
  .object({
    key_id: idSchema('key'),
    name: z.string().openapi({ example: 'build server' }),
    scopes,
    date_created: z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' }),
    expires_at: z.iso.datetime().openapi({ example: '2027-02-20T12:00:00.000Z' }),
    last_used: z.iso.date().nullable().openapi({
      description: 'A day in UTC, told within minutes; null: never used',
      example: '2026-11-22',
    }),
  })
  .openapi('ApiKey');

export const createdApiKey = apiKey
  .extend({
    key: z.string().openapi({
      description: 'Shown this once. Send it as `Authorization: Bearer <key>`.',
      example: 'cairn_key_eyJhbGciOiJSUzI1NiIsInR5cCI6ImtleStqd3QifQ.eyJzdWIiOiJ1c2VyXzAxIn0.c2lnbmF0dXJl',
    }),
  })
  .openapi('CreatedApiKey');

export const apiKeyList = z.object({ items: z.array(apiKey) }).openapi('ApiKeyList');

export const apiKeyBody = (key: ApiKey): z.input<typeof apiKey> =>
  apiKey.parse({
    key_id: key.key_id,
    name: key.name,
    scopes: key.scopes,
    date_created: key.created_at,
    expires_at: new Date(key.expires_at * 1_000).toISOString(),
    last_used: key.last_used_day ?? null,
  });
