import { z } from '@hono/zod-openapi';
import { commonConfig, tokenConfig } from '@cairn/shared/config/parse-config';

const name = z.string().min(1);
const milliseconds = z.coerce.number().int().min(1);

export const catalogConfig = {
  ...commonConfig,
  ...tokenConfig,
  PUBLIC_URL: z.url().describe('The API as clients reach it, without a slash at the end'),
  MEDIA_URL: z.url().describe('Where derived pictures are served, without a slash at the end'),
  S3_PUBLIC_ENDPOINT_URL: z.url().describe('S3 as clients reach it: presigned URLs are for this host'),
  ASSETS_TABLE: name.describe('Table of assets'),
  RELEASES_TABLE: name.describe('Table of releases'),
  USERS_TABLE: name.describe('Table of users, of which only `status` is read'),
  MODERATION_LOG_TABLE: name.describe('Table of what moderators did'),
  CHANGES_TABLE: name.describe('Table of the change log that replicas tail'),
  DOWNLOAD_COUNTS_TABLE: name.describe('Table of download markers and totals'),
  ASSETS_BUCKET: name.describe('Bucket of published files'),
  MEDIA_BUCKET: name.describe('Bucket of derived pictures'),
  INDEX_BUCKET: name.describe('Bucket of snapshots of what replicas have in memory'),
  EXPORTS_BUCKET: name.describe('Bucket of what users are told about themselves, a part by each service'),
  CATALOG_EVENTS_QUEUE: name.describe('Queue of asset and user events'),
  CATALOG_EVENTS_DLQ: name.describe('Its dead-letter queue'),
  DOWNLOADS_QUEUE: name.describe('Queue of granted downloads'),
  DOWNLOADS_DLQ: name.describe('Its dead-letter queue'),
  ASSET_EVENTS_TOPIC_ARN: name.describe('Topic that asset events are published to'),
  TRUSTED_PROXIES: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(1)
    .describe('How many proxies in front append to X-Forwarded-For; the gateway is one'),
  REPLICA_TAIL_INTERVAL_MS: milliseconds
    .max(1_000)
    .default(250)
    .describe('Pause between two reads of the change log'),
  SNAPSHOT_CHECK_INTERVAL_MS: milliseconds
    .default(30_000)
    .describe('Pause between two looks whether a snapshot is due'),
  SNAPSHOT_EVERY_CHANGES: z.coerce
    .number()
    .int()
    .min(1)
    .default(10_000)
    .describe('Changes after which a snapshot is due'),
  SNAPSHOT_EVERY_MS: milliseconds
    .default(900_000)
    .describe('Time after which a snapshot is due, if anything has changed'),
  CHANGES_KEEP_MS: milliseconds
    .default(3_628_800_000)
    .describe('How long a change stays in the log at least; 35 days, if less is said'),
  COMPARE_INTERVAL_MS: milliseconds
    .default(3_600_000)
    .describe('Pause between two slow comparisons of what is in memory with the tables'),
  PURGE_SWEEP_INTERVAL_MS: milliseconds.default(5_000).describe('Pause between two sweeps for due purges'),
  PURGE_SETTLE_MS: milliseconds
    .default(900_000)
    .describe('How long after a deletion a copy that was under way may still arrive'),
  REMOVED_PICTURES_KEEP_MS: milliseconds
    .default(3_600_000)
    .describe('How long the objects of a removed picture stay, longer than caches show the picture'),
  CASCADE_DELAY_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(900)
    .default(30)
    .describe("Pause between two passes over a deleted user's assets, longer than an index lags"),
} as const;

export type CatalogConfig = z.output<z.ZodObject<typeof catalogConfig>>;
