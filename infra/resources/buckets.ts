import type { BucketResource } from '../resource-types.ts';

/** As far back as DynamoDB's point-in-time recovery reaches. */
const RESTORABLE_DAYS = 35;
/** Longer than an upload may stay open. */
const INCOMING_DAYS = 7;

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
