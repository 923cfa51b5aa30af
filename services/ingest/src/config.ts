import { commonConfig, tokenConfig } from '@cairn/shared/config/parse-config';
import { z } from '@hono/zod-openapi';

const GIB = 2 ** 30;
const name = (what: string) => z.string().min(1).describe(what);
const count = (what: string, standard: number) =>
  z.coerce.number().int().positive().default(standard).describe(what);

export const ingestConfig = {
  ...commonConfig,
  ...tokenConfig,
  PUBLIC_URL: z.url().describe('The API as clients reach it'),
  UPLOADS_TABLE: name('Table of uploads and their files'),
  QUOTAS_TABLE: name('Table of quota ledgers'),
  ASSETS_TABLE: name("The catalog's table of assets"),
  RELEASES_TABLE: name("The catalog's table of releases"),
  USERS_TABLE: name("Auth's table of users, of which only tombstones are read"),
  INCOMING_BUCKET: name('Bucket that clients put to'),
  ASSETS_BUCKET: name('Bucket of the private copies that are served'),
  MEDIA_BUCKET: name('Bucket of derived pictures'),
  EXPORTS_BUCKET: name('Bucket of what users are told about themselves, a part by each service'),
  OBJECT_CREATED_QUEUE: name('Queue of S3 events'),
  OBJECT_CREATED_DLQ: name('Its dead-letter queue'),
  OBJECT_CREATED_BACKLOG_QUEUE: name('Queue of S3 events of users who have sent many files'),
  OBJECT_CREATED_BACKLOG_DLQ: name('Its dead-letter queue'),
  INGEST_EVENTS_QUEUE: name('Queue of deleted users and assets'),
  INGEST_EVENTS_DLQ: name('Its dead-letter queue'),
  ASSET_EVENTS_TOPIC_ARN: name('Topic that the end of uploads of deleted users is reported to'),
  S3_PUBLIC_ENDPOINT_URL: z
    .url()
    .optional()
    .describe('S3 as clients reach it, where that differs from how the service does'),
  MAX_FILE_BYTES: count('Largest file in bytes, at most 5 GiB', 5 * GIB),
  MULTIPART_THRESHOLD_BYTES: count('Files above this are sent in parts', 64 * 2 ** 20),
  QUOTA_BYTES: count('Bytes that one user may have', 50 * GIB),
  QUOTA_ASSETS: count('Assets that one user may have', 1_000),
  QUOTA_OPEN_UPLOADS: count('Uploads that one user may have open', 100),
  WORKER_CONCURRENCY: count('Files that are worked on at once', 4),
  VISIBILITY_SECONDS: count(
    'How long a message or a file is held without a sign of life of its worker, who gives one every third of it',
    30,
  ),
  INSPECTION_PROCESSES: count(
    'Child processes that inspect files; with one more than there are cores none is idle while a file is on its way',
    3,
  ),
  INSPECTION_TIMEOUT_MS: count(
    'Longest time that one inspection may take, and a second more for every 4 MiB, half an hour at most',
    20_000,
  ),
  INSPECTION_STALL_MS: count('Longest time without a sign of an inspection going on', 15_000),
  INSPECTION_QUEUE: count('Files that may wait for an inspection child; more come back later', 64),
  INSPECTION_MAX_RSS_BYTES: count('Most memory that an inspection child may take', 512 * 2 ** 20),
  INSPECTION_ROOMY_RSS_BYTES: count(
    'The same for a picture whose decoder needs more than that; one such child at a time',
    1536 * 2 ** 20,
  ),
  FOLLOW_STREAMS: count('Uploads that may be followed at once, in one process', 1_000),
  FOLLOW_STREAMS_PER_USER: count('The same, of one user', 10),
  FOLLOW_MAX_SECONDS: count('Longest time that one stream of events lasts; its client comes back', 600),
  ACCEPT_PROGRAMS: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Whether programs and installers may be uploaded as files of their own'),
  CLAMAV_ADDRESS: z
    .string()
    .regex(/^(tcp:\/\/[^\s/:]+:\d{1,5}|tcp:\/\/\[[0-9a-f:]+\]:\d{1,5}|unix:\/\S+)$/i)
    .optional()
    .describe('Where clamd answers, `tcp://host:port` or `unix:/path`; without it nothing is scanned'),
  CLAMAV_MAX_FILE_BYTES: count(
    'What clamd is told to look at in one file (its StreamMaxLength, MaxFileSize and MaxScanSize are at least this); where it scans, no file may be larger',
    100 * 2 ** 20,
  ),
  CLAMAV_TIMEOUT_MS: count('Longest time that clamd may take for its next sign of life', 60_000),
  FIRST_LOOK_SECONDS: count('When the sweep first looks at an upload that is not finished', 10),
  SWEEP_INTERVAL_MS: count('Pause between two sweeps', 2_000),
  ORPHAN_SWEEP_INTERVAL_MS: count('Pause between two pages of the sweep of orphans', 30_000),
  ORPHAN_REST_SECONDS: count('How long the sweep of orphans rests after it has seen everything', 6 * 3_600),
  ORPHAN_GRACE_SECONDS: count('How old an object must be before it can be an orphan', 24 * 3_600),
} as const;

export type IngestConfig = z.output<z.ZodObject<typeof ingestConfig>>;
