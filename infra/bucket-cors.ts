import type { BucketResource } from './resource-types.ts';

/** What a browser may read of an answer from another origin: it needs the ETag of a part that it has put. */
const EXPOSED_HEADERS = [
  'ETag',
  'Content-Length',
  'Content-Range',
  'Content-Disposition',
  'Accept-Ranges',
  'x-amz-checksum-sha256',
  'x-amz-request-id',
];

export interface BucketCors {
  readonly methods: BucketResource['corsMethods'];
  readonly origins: readonly string[];
  readonly headers: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds: number;
}

/** Any origin: a presigned URL is all that a PUT or a private GET needs, and cookies play no part. */
export function bucketCors(bucket: BucketResource): BucketCors | undefined {
  if (bucket.corsMethods.length === 0) return undefined;
  return {
    methods: bucket.corsMethods,
    origins: ['*'],
    headers: ['*'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAgeSeconds: 3_000,
  };
}
