import type { IndexResource, TableResource } from '../resource-types.ts';

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
