import { z } from '@hono/zod-openapi';

const count = {
  raw: z.number().int().openapi({ description: 'Grants, each once', example: 42 }),
  unique: z.number().int().openapi({ description: 'The first of each client, file and day', example: 31 }),
};
const version = z.string().openapi({ example: '1.0.0' });
const date = z.string().openapi({ format: 'date', example: '2026-11-22' });

const ofReleases = z
  .array(z.object({ version, ...count }))
  .openapi({ description: 'The highest version first; they add up to the whole' });

const period = z
  .object({
    from: date,
    to: date,
    ...count,
    days: z.array(z.object({ date, ...count })).openapi({ description: 'Every UTC day of the period' }),
    releases: ofReleases,
    engines: z
      .array(
        z.object({
          engine: z.string().nullable().openapi({
            description: 'A series; `other` for the rarest together, null where the client did not tell',
            example: '4.2',
          }),
          ...count,
        }),
      )
      .openapi({ description: 'What clients said with `engine=`, the most first; they add up to the whole' }),
  })
  .openapi('StatsOfPeriod');

export const stats = z
  .object({
    asin: z.string().openapi({ example: 'asset_01jd3k5w6he0rtgq5h2tqf7zqk' }),
    ...count,
    releases: ofReleases,
    period: period
      .nullable()
      .openapi({ description: 'For the owner and co-owners; null for everybody else' }),
  })
  .openapi('AssetStats');
