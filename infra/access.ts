import type { ServiceName } from './resource-types.ts';
import type { ServiceAccess } from './access-types.ts';

const RECEIVE = [
  'ChangeMessageVisibility',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ReceiveMessage',
] as const;
const SEND = ['GetQueueUrl', 'SendMessage'] as const;
/** Their depth is a metric. */
const BURY = [...SEND, 'GetQueueAttributes'] as const;

/**
 * Which service does what with which resource, and nothing that is not here: the roles on AWS are made of it.
 * access.test.ts proves that it is neither less nor more than what their code asks for.
 */
export const access: Readonly<Record<ServiceName, ServiceAccess>> = {
  auth: {
    tables: {
      users: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'],
      sessions: ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
      apiKeys: ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
      revocations: ['PutItem', 'Query'],
      signInAttempts: ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'],
      auditLog: ['PutItem', 'Query'],
      deletions: ['GetItem', 'PutItem', 'UpdateItem'],
    },
    indexes: { users: ['outbox'] },
    queues: { authEvents: RECEIVE, apiKeyUsage: [...RECEIVE, 'SendMessage'] },
    deadLetters: { authEvents: BURY, apiKeyUsage: BURY },
    topics: ['assetEvents'],
    objects: { exports: ['AbortMultipartUpload', 'DeleteObject', 'GetObject', 'PutObject'] },
    buckets: { exports: ['ListBucket'] },
    signingKeys: ['GetSecretValue', 'PutSecretValue'],
  },
  catalog: {
    tables: {
      assets: ['BatchGetItem', 'GetItem', 'PutItem', 'Scan', 'UpdateItem'],
      releases: ['BatchWriteItem', 'DeleteItem', 'GetItem', 'Query'],
      changes: ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
      downloadCounts: [
        'BatchGetItem',
        'BatchWriteItem',
        'DeleteItem',
        'GetItem',
        'PutItem',
        'Query',
        'UpdateItem',
      ],
      moderationLog: ['PutItem', 'Query'],
    },
    indexes: { assets: ['by_owner', 'due', 'outbox'] },
    userStatus: true,
    queues: {
      catalogEvents: [...RECEIVE, 'SendMessage'],
      downloads: [...RECEIVE, 'SendMessage'],
      apiKeyUsage: SEND,
    },
    deadLetters: { catalogEvents: BURY, downloads: BURY },
    topics: ['assetEvents'],
    objects: {
      assets: ['DeleteObject', 'GetObject'],
      media: ['DeleteObject'],
      index: ['AbortMultipartUpload', 'DeleteObject', 'GetObject', 'PutObject'],
      exports: ['AbortMultipartUpload', 'DeleteObject', 'PutObject'],
    },
    buckets: {
      assets: ['ListBucket'],
      media: ['ListBucket'],
      index: ['ListBucket', 'ListBucketMultipartUploads'],
    },
  },
  ingest: {
    tables: {
      uploads: ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
      quotas: ['DeleteItem', 'GetItem', 'PutItem', 'Scan', 'UpdateItem'],
      assets: ['GetItem', 'PutItem', 'Scan', 'UpdateItem'],
      releases: ['DeleteItem', 'GetItem', 'PutItem', 'Scan'],
    },
    indexes: { uploads: ['by_user', 'due'] },
    userStatus: true,
    queues: {
      objectCreated: [...RECEIVE, 'SendMessage'],
      objectCreatedBacklog: [...RECEIVE, 'SendMessage'],
      ingestEvents: RECEIVE,
      apiKeyUsage: SEND,
    },
    deadLetters: { objectCreated: BURY, objectCreatedBacklog: BURY, ingestEvents: BURY },
    topics: ['assetEvents'],
    objects: {
      incoming: [
        'AbortMultipartUpload',
        'DeleteObject',
        'GetObject',
        'ListMultipartUploadParts',
        'PutObject',
      ],
      assets: ['DeleteObject', 'GetObject', 'PutObject'],
      media: ['DeleteObject', 'PutObject'],
      exports: ['AbortMultipartUpload', 'DeleteObject', 'PutObject'],
    },
    buckets: {
      incoming: ['ListBucket', 'ListBucketMultipartUploads'],
      assets: ['ListBucket'],
      media: ['ListBucket'],
    },
  },
  // It forwards, and asks AWS for nothing.
  gateway: {},
};
