import type { BucketName, QueueName, TableName, TopicName } from './resources.ts';

type ItemAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'Scan'
  | 'UpdateItem';
type QueueAction =
  | 'ChangeMessageVisibility'
  | 'DeleteMessage'
  | 'GetQueueAttributes'
  | 'GetQueueUrl'
  | 'ReceiveMessage'
  | 'SendMessage';
/** On what is in a bucket. */
type ObjectAction =
  | 'AbortMultipartUpload'
  | 'DeleteObject'
  | 'GetObject'
  | 'ListMultipartUploadParts'
  | 'PutObject';
/** On the bucket. Who may list it is told 404 of what is not there, who may not is told 403. */
type BucketAction = 'ListBucket' | 'ListBucketMultipartUploads';
type SecretAction = 'GetSecretValue' | 'PutSecretValue';

type By<Key extends string, Value> = Readonly<Partial<Record<Key, readonly Value[]>>>;

/** What one service does with what is in resources.ts, in the words of IAM. */
export interface ServiceAccess {
  readonly tables?: By<TableName, ItemAction>;
  /** Names of indexes that are queried. */
  readonly indexes?: By<TableName, string>;
  /** Reads whether a user is gone, and nothing else of `users`. */
  readonly userStatus?: true;
  readonly queues?: By<QueueName, QueueAction>;
  readonly deadLetters?: By<QueueName, QueueAction>;
  /** Topics that it publishes to. */
  readonly topics?: readonly TopicName[];
  readonly objects?: By<BucketName, ObjectAction>;
  readonly buckets?: By<BucketName, BucketAction>;
  readonly signingKeys?: readonly SecretAction[];
}
