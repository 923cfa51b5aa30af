import type {
  BucketResource,
  IndexResource,
  QueueResource,
  SubscriptionResource,
  TableResource,
  TopicResource,
} from './resource-types.ts';

/**
 * Every table, index, queue, topic, subscription and bucket of Cairn, named once.
 * The embedded stack, the containers and the description for AWS are made from this file alone;
 * services learn the names from their environment (`serviceEnvironment` in environment.ts).
 */

const DAY_SECONDS = 86_400;
/** As far back as DynamoDB's point-in-time recovery reaches. */
const RESTORABLE_DAYS = 35;
/** Longer than an upload may stay open. */
const INCOMING_DAYS = 7;

const outboxIndex: IndexResource = {
  name: 'outbox',
  partitionKey: { name: 'outbox_shard', type: 'S' },
  sortKey: { name: 'outbox_at', type: 'S' },
  projection: 'keys',
  purpose: 'Sparse and sharded: the items whose events have not been relayed yet.',
};

const dueIndex: IndexResource = {
  name: 'due',
  partitionKey: { name: 'due_shard', type: 'S' },
  sortKey: { name: 'due_at', type: 'S' },
  projection: 'keys',
  purpose: 'Sparse and sharded: the items that a sweep has to look at, and when.',
};

export const tables = {
  users: {
    name: 'users',
    owner: 'auth',
    purpose:
      'One item a user (key: its asin), one a claimed name (`name#` and the folded name), one a user for the newest export (`export#` and the asin), one for the staff.',
    partitionKey: { name: 'asin', type: 'S' },
    indexes: [outboxIndex],
  },
  sessions: {
    name: 'sessions',
    owner: 'auth',
    purpose: 'One item a session (a family of refresh tokens, stored hashed).',
    partitionKey: { name: 'user_id', type: 'S' },
    sortKey: { name: 'session_id', type: 'S' },
    indexes: [],
    ttlAttribute: 'expires_at',
  },
  apiKeys: {
    name: 'api_keys',
    owner: 'auth',
    purpose: 'One item an API key; revocations stay until the key would have expired.',
    partitionKey: { name: 'user_id', type: 'S' },
    sortKey: { name: 'key_id', type: 'S' },
    indexes: [],
    ttlAttribute: 'expires_at',
  },
  revocations: {
    name: 'revocations',
    owner: 'auth',
    purpose: 'One list of ids (keys, sessions, users) that are refused until they would have ended anyway.',
    partitionKey: { name: 'list', type: 'S' },
    sortKey: { name: 'id', type: 'S' },
    indexes: [],
    ttlAttribute: 'expires_at',
  },
  signInAttempts: {
    name: 'sign_in_attempts',
    owner: 'auth',
    purpose:
      'Failed sign-ins by account and by address, and the addresses from which an account is known; keyed by hashes.',
    partitionKey: { name: 'key', type: 'S' },
    indexes: [],
    ttlAttribute: 'expire',
  },
  auditLog: {
    name: 'audit_log',
    owner: 'auth',
    purpose: 'One item an administrative act: who, what, whom, why, when. Only ever added to.',
    partitionKey: { name: 'log', type: 'S' },
    sortKey: { name: 'entry', type: 'S' },
    indexes: [],
  },
  deletions: {
    name: 'deletions',
    owner: 'auth',
    purpose: 'One item a deleted account: which service has removed what. Nothing in it tells whose it was.',
    partitionKey: { name: 'deletion_id', type: 'S' },
    indexes: [],
    ttlAttribute: 'expires_at',
  },
  uploads: {
    name: 'uploads',
    owner: 'ingest',
    purpose: 'One item an upload (sort key `upload`) and one for each of its files (`file#{file_id}`).',
    partitionKey: { name: 'upload_id', type: 'S' },
    sortKey: { name: 'item', type: 'S' },
    indexes: [
      {
        name: 'by_user',
        partitionKey: { name: 'user_id', type: 'S' },
        sortKey: { name: 'created_at', type: 'S' },
        projection: 'keys',
        purpose: "A user's uploads, newest first.",
      },
      dueIndex,
    ],
    ttlAttribute: 'expires_at',
  },
  quotas: {
    name: 'quotas',
    owner: 'ingest',
    purpose: 'One item a user: what is used, and what open uploads have reserved, by upload id.',
    partitionKey: { name: 'user_id', type: 'S' },
    indexes: [],
  },
  assets: {
    name: 'celtic_assets',
    owner: 'catalog',
    purpose: 'One item an asset, or its tombstone; its unpublished events are inside it.',
    partitionKey: { name: 'asin', type: 'S' },
    indexes: [
      {
        name: 'by_owner',
        partitionKey: { name: 'user_id', type: 'S' },
        sortKey: { name: 'date_posted', type: 'S' },
        projection: 'keys',
        purpose: "A user's assets: their list, and the cascade of a deleted account.",
      },
      outboxIndex,
      dueIndex,
    ],
  },
  releases: {
    name: 'asset_releases',
    owner: 'catalog',
    purpose: 'One item a release with its files; visible once the asset names it.',
    partitionKey: { name: 'asin', type: 'S' },
    sortKey: { name: 'release_id', type: 'S' },
    indexes: [],
  },
  moderationLog: {
    name: 'moderation_log',
    owner: 'catalog',
    purpose: 'What moderators did to an asset: who, what, why, when. Only ever added to.',
    partitionKey: { name: 'asin', type: 'S' },
    sortKey: { name: 'entry', type: 'S' },
    indexes: [],
  },
  changes: {
    name: 'asset_changes',
    owner: 'catalog',
    purpose: 'The log of I12: dense sequence numbers in one partition a log.',
    partitionKey: { name: 'log', type: 'S' },
    sortKey: { name: 'seq', type: 'N' },
    indexes: [],
    ttlAttribute: 'expires_at',
  },
  downloadCounts: {
    name: 'download_counts',
    owner: 'catalog',
    purpose: 'Markers (one a grant, one a client, file and day) and the totals derived from them.',
    partitionKey: { name: 'scope', type: 'S' },
    sortKey: { name: 'entry', type: 'S' },
    indexes: [],
    ttlAttribute: 'expires_at',
  },
} as const satisfies Record<string, TableResource>;

export type TableName = keyof typeof tables;

const usual = { visibilityTimeoutSeconds: 60, maxReceiveCount: 8, retentionSeconds: 4 * DAY_SECONDS };

export const queues = {
  objectCreated: {
    name: 'object-created',
    consumer: 'ingest',
    purpose: 'S3 tells that an object arrived in `incoming`; the sweep asks for a second look the same way.',
    ...usual,
    alarmAfterSeconds: 5 * 60,
    deadLetterQueue: { name: 'object-created-dlq', retentionSeconds: 14 * DAY_SECONDS },
  },
  objectCreatedBacklog: {
    name: 'object-created-backlog',
    consumer: 'ingest',
    purpose:
      'Arrived files of users who have many: sidelined, so that `object-created` stays short for the others.',
    ...usual,
    alarmAfterSeconds: 3_600,
    deadLetterQueue: { name: 'object-created-backlog-dlq', retentionSeconds: 14 * DAY_SECONDS },
  },
  ingestEvents: {
    name: 'ingest-events',
    consumer: 'ingest',
    purpose:
      'What was deleted, of users, assets, releases and pictures: open uploads end, quota returns. Exports: what is known of uploads.',
    ...usual,
    alarmAfterSeconds: 15 * 60,
    deadLetterQueue: { name: 'ingest-events-dlq', retentionSeconds: 14 * DAY_SECONDS },
  },
  catalogEvents: {
    name: 'catalog-events',
    consumer: 'catalog',
    purpose: 'Every asset event for the change log and for deletion; deleted users for the cascade.',
    ...usual,
    alarmAfterSeconds: 60,
    deadLetterQueue: { name: 'catalog-events-dlq', retentionSeconds: 14 * DAY_SECONDS },
  },
  downloads: {
    name: 'downloads',
    consumer: 'catalog',
    purpose: 'Granted downloads, to be counted.',
    visibilityTimeoutSeconds: 60,
    maxReceiveCount: 8,
    retentionSeconds: 10 * DAY_SECONDS,
    alarmAfterSeconds: 3_600,
    deadLetterQueue: { name: 'downloads-dlq', retentionSeconds: 14 * DAY_SECONDS },
  },
  authEvents: {
    name: 'auth-events',
    consumer: 'auth',
    purpose: 'What the services report of deleted accounts and of exports.',
    ...usual,
    alarmAfterSeconds: 3_600,
    deadLetterQueue: { name: 'auth-events-dlq', retentionSeconds: 14 * DAY_SECONDS },
  },
  apiKeyUsage: {
    name: 'api-key-usage',
    consumer: 'auth',
    purpose: 'Which API key was used on which day, told once a day by each process that saw it.',
    visibilityTimeoutSeconds: 30,
    maxReceiveCount: 8,
    retentionSeconds: 4 * DAY_SECONDS,
    alarmAfterSeconds: 6 * 3_600,
    deadLetterQueue: { name: 'api-key-usage-dlq', retentionSeconds: 14 * DAY_SECONDS },
  },
} as const satisfies Record<string, QueueResource>;

export type QueueName = keyof typeof queues;

export const topics = {
  assetEvents: {
    name: 'asset-events',
    purpose: 'asset.* and user.* events for whoever subscribes; message attribute `type` for filters.',
  },
} as const satisfies Record<string, TopicResource>;

export type TopicName = keyof typeof topics;

export const subscriptions = [
  { topic: 'assetEvents', queue: 'catalogEvents', rawDelivery: true },
  {
    topic: 'assetEvents',
    queue: 'ingestEvents',
    rawDelivery: true,
    eventTypes: [
      'user.deleted',
      'user.export_requested',
      'asset.deleted',
      'release.deleted',
      'asset.updated',
    ],
  },
  {
    topic: 'assetEvents',
    queue: 'authEvents',
    rawDelivery: true,
    eventTypes: ['user.purged', 'user.export_requested', 'user.export_part_written'],
  },
] as const satisfies readonly SubscriptionResource[];

export const buckets = {
  incoming: {
    name: 'cairn-incoming',
    owner: 'ingest',
    purpose: 'What presigned PUTs write: `{upload_id}/{file_id}`. Nothing here is ever served.',
    corsMethods: ['PUT'],
    publicRead: false,
    expireDays: INCOMING_DAYS,
    notifications: [{ queue: 'objectCreated', events: ['s3:ObjectCreated:*'] }],
  },
  assets: {
    name: 'cairn-assets',
    owner: 'catalog',
    purpose: 'Private immutable copies that are inspected, hashed and served: `{asin}/{release_id}/...`.',
    corsMethods: ['GET', 'HEAD'],
    publicRead: false,
    keepRemovedDays: RESTORABLE_DAYS,
    notifications: [],
  },
  media: {
    name: 'cairn-media',
    owner: 'catalog',
    purpose: 'Derived pictures: `{asin}/{image_id}/...`.',
    corsMethods: ['GET', 'HEAD'],
    publicRead: true,
    keepRemovedDays: RESTORABLE_DAYS,
    notifications: [],
  },
  exports: {
    name: 'cairn-exports',
    owner: 'auth',
    purpose:
      'What users have asked to be told about themselves: `{user}/{export_id}/...`, a day long. Every service writes its part.',
    corsMethods: ['GET', 'HEAD'],
    publicRead: false,
    expireDays: 2,
    notifications: [],
  },
  index: {
    name: 'cairn-index',
    owner: 'catalog',
    purpose:
      'Snapshots of what a replica of the catalog has in memory, for the next one that starts; they can be lost.',
    corsMethods: [],
    publicRead: false,
    notifications: [],
  },
} as const satisfies Record<string, BucketResource>;

export type BucketName = keyof typeof buckets;
