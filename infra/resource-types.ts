import type { QueueName, TopicName } from './resources.ts';

export type AttributeType = 'S' | 'N';

export interface KeyAttribute {
  readonly name: string;
  readonly type: AttributeType;
}

export interface IndexResource {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  /** `keys`: the index answers only which items to read; the reader always re-reads them consistently. */
  readonly projection: 'all' | 'keys';
  /** Why it exists: who queries it, for what. */
  readonly purpose: string;
}

export interface TableResource {
  readonly name: string;
  readonly owner: ServiceName;
  readonly purpose: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly indexes: readonly IndexResource[];
  /** Attribute in epoch seconds after which DynamoDB may remove the item. Readers treat an expired item as gone. */
  readonly ttlAttribute?: string;
}

export interface QueueResource {
  readonly name: string;
  readonly consumer: ServiceName;
  readonly purpose: string;
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount: number;
  readonly retentionSeconds: number;
  /** How old its oldest message may become before somebody has to look. */
  readonly alarmAfterSeconds: number;
  readonly deadLetterQueue: { readonly name: string; readonly retentionSeconds: number };
}

export interface TopicResource {
  readonly name: string;
  readonly purpose: string;
}

export interface SubscriptionResource {
  readonly topic: TopicName;
  readonly queue: QueueName;
  readonly rawDelivery: true;
  /** Message attribute `type` must be one of these; absent: every event. */
  readonly eventTypes?: readonly string[];
}

export interface BucketResource {
  readonly name: string;
  readonly owner: ServiceName;
  readonly purpose: string;
  /** Browsers PUT to it or GET from it, so it answers CORS. */
  readonly corsMethods: readonly ('GET' | 'HEAD' | 'PUT')[];
  /** Anonymous reads: a bucket policy locally, CloudFront with origin access control on AWS. */
  readonly publicRead: boolean;
  /**
   * On AWS only, behind what the services remove themselves: objects go after so many days, and what was
   * overwritten or removed can be had back for so many.
   */
  readonly expireDays?: number;
  readonly keepRemovedDays?: number;
  readonly notifications: readonly { readonly queue: QueueName; readonly events: readonly string[] }[];
}

export type ServiceName = 'auth' | 'catalog' | 'ingest' | 'gateway';
