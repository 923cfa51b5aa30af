import type { ServiceName } from './resource-types.ts';
import { buckets, queues, tables, topics } from './resources.ts';

/** Where the services find each other and their clients find them. */
export interface Addresses {
  /** The API as clients reach it, without a slash at the end. */
  publicUrl: string;
  authUrl: string;
  catalogUrl: string;
  ingestUrl: string;
  /** S3 as clients reach it: presigned URLs are for this host. */
  s3PublicUrl: string;
  /** Where the derived pictures are served, without a slash at the end. */
  mediaUrl: string;
  /** ARN of the topic `asset-events`. */
  assetEventsTopicArn: string;
  /** File or secret that holds auth's signing keys. */
  signingKeysFile: string;
  /** What a bucket is called there; as in resources.ts unless said. */
  bucketName?: (bucket: { readonly name: string }) => string;
}

/**
 * The environment of one service: names of its resources and addresses, nothing else. HOST, PORT, LOG_LEVEL
 * and the SDK's AWS_* variables come from whoever starts the process.
 */
export function serviceEnvironment(service: ServiceName, at: Addresses): Record<string, string> {
  const { bucketName = ({ name }) => name } = at;
  const tokens = {
    JWKS_URL: `${at.authUrl}/.well-known/jwks.json`,
    TOKEN_ISSUER: at.publicUrl,
    TOKEN_AUDIENCE: 'cairn',
    REVOCATIONS_URL: `${at.authUrl}/.well-known/revocations`,
    API_KEY_USAGE_QUEUE: queues.apiKeyUsage.name,
  };
  const publishing = {
    ASSETS_TABLE: tables.assets.name,
    RELEASES_TABLE: tables.releases.name,
    USERS_TABLE: tables.users.name,
    ASSETS_BUCKET: bucketName(buckets.assets),
    MEDIA_BUCKET: bucketName(buckets.media),
    S3_PUBLIC_ENDPOINT_URL: at.s3PublicUrl,
  };
  switch (service) {
    case 'auth':
      return {
        PUBLIC_URL: at.publicUrl,
        USERS_TABLE: tables.users.name,
        SESSIONS_TABLE: tables.sessions.name,
        API_KEYS_TABLE: tables.apiKeys.name,
        REVOCATIONS_TABLE: tables.revocations.name,
        AUDIT_LOG_TABLE: tables.auditLog.name,
        DELETIONS_TABLE: tables.deletions.name,
        EXPORTS_BUCKET: bucketName(buckets.exports),
        S3_PUBLIC_ENDPOINT_URL: at.s3PublicUrl,
        AUTH_EVENTS_QUEUE: queues.authEvents.name,
        AUTH_EVENTS_DLQ: queues.authEvents.deadLetterQueue.name,
        SIGN_IN_ATTEMPTS_TABLE: tables.signInAttempts.name,
        API_KEY_USAGE_QUEUE: queues.apiKeyUsage.name,
        API_KEY_USAGE_DLQ: queues.apiKeyUsage.deadLetterQueue.name,
        ASSET_EVENTS_TOPIC_ARN: at.assetEventsTopicArn,
        SIGNING_KEYS_FILE: at.signingKeysFile,
        TOKEN_ISSUER: tokens.TOKEN_ISSUER,
        TOKEN_AUDIENCE: tokens.TOKEN_AUDIENCE,
      };
    case 'catalog':
      return {
        ...tokens,
        ...publishing,
        PUBLIC_URL: at.publicUrl,
        MEDIA_URL: at.mediaUrl,
        CHANGES_TABLE: tables.changes.name,
        INDEX_BUCKET: bucketName(buckets.index),
        EXPORTS_BUCKET: bucketName(buckets.exports),
        MODERATION_LOG_TABLE: tables.moderationLog.name,
        DOWNLOAD_COUNTS_TABLE: tables.downloadCounts.name,
        CATALOG_EVENTS_QUEUE: queues.catalogEvents.name,
        CATALOG_EVENTS_DLQ: queues.catalogEvents.deadLetterQueue.name,
        DOWNLOADS_QUEUE: queues.downloads.name,
        DOWNLOADS_DLQ: queues.downloads.deadLetterQueue.name,
        ASSET_EVENTS_TOPIC_ARN: at.assetEventsTopicArn,
      };
    case 'ingest':
      return {
        ...tokens,
        ...publishing,
        PUBLIC_URL: at.publicUrl,
        UPLOADS_TABLE: tables.uploads.name,
        QUOTAS_TABLE: tables.quotas.name,
        INCOMING_BUCKET: bucketName(buckets.incoming),
        EXPORTS_BUCKET: bucketName(buckets.exports),
        OBJECT_CREATED_QUEUE: queues.objectCreated.name,
        OBJECT_CREATED_DLQ: queues.objectCreated.deadLetterQueue.name,
        OBJECT_CREATED_BACKLOG_QUEUE: queues.objectCreatedBacklog.name,
        OBJECT_CREATED_BACKLOG_DLQ: queues.objectCreatedBacklog.deadLetterQueue.name,
        INGEST_EVENTS_QUEUE: queues.ingestEvents.name,
        INGEST_EVENTS_DLQ: queues.ingestEvents.deadLetterQueue.name,
        ASSET_EVENTS_TOPIC_ARN: at.assetEventsTopicArn,
      };
    case 'gateway':
      return {
        PUBLIC_URL: at.publicUrl,
        AUTH_URL: at.authUrl,
        CATALOG_URL: at.catalogUrl,
        INGEST_URL: at.ingestUrl,
      };
  }
}

export const assetEventsTopicArn = (region: string, account: string): string =>
  `arn:aws:sns:${region}:${account}:${topics.assetEvents.name}`;
