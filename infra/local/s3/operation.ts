import type { BlobStore } from './storage/blob-store.ts';
import type { BucketStore } from './storage/bucket-store.ts';
import type { Caller } from './authentication/caller.ts';
import type { MultipartStore } from './storage/multipart-store.ts';
import type { ObjectStore } from './storage/object-store.ts';
import type { TempDir } from './storage/plain-files.ts';
import type { RequestBody } from './http/request-body.ts';

export interface S3Request {
  id: string;
  method: string;
  sourceIp: string;
  /** Empty where the request names none. */
  bucketName: string;
  key: string;
  /** Without what belongs to the signature. */
  query: ReadonlyMap<string, string>;
  /** By lower-cased names, with the x-amz-* that a presigned URL carries in its query. */
  headers: ReadonlyMap<string, string>;
  caller: Caller;
  body: RequestBody;
  /** The client waits for `100 Continue` before it sends its body. */
  waitsForContinue: boolean;
}

export interface S3Response {
  status: number;
  headers?: Record<string, string>;
  body?: string | { chunks: AsyncIterable<Buffer>; release: () => void };
}

export interface S3Deps {
  region: string;
  now: () => Date;
  temp: TempDir;
  blobs: BlobStore;
  buckets: BucketStore;
  objects: ObjectStore;
  uploads: MultipartStore;
  sendNotification: (queueArn: string, body: string) => Promise<void>;
}

export type Operation = (deps: S3Deps, request: S3Request) => Promise<S3Response>;

export function xmlResponse(body: string, headers: Record<string, string> = {}): S3Response {
  return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

export const MAX_OBJECT_BYTES = 5 * 1024 ** 3;
