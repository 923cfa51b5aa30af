import type { QueueResource } from '../resource-types.ts';

const DAY_SECONDS = 86_400;

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
