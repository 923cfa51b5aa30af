import type { IncomingHttpHeaders } from 'node:http';

export interface S3Target {
  readonly operation: string;
  readonly bucket?: string;
  readonly key?: string;
}

/** Named by method and the sub-resource in the query; the first that is there decides. */
const SUB_RESOURCES = [
  ['uploads', { object: { POST: 'CreateMultipartUpload' }, bucket: { GET: 'ListMultipartUploads' } }],
  [
    'uploadId',
    {
      object: {
        PUT: 'UploadPart',
        POST: 'CompleteMultipartUpload',
        DELETE: 'AbortMultipartUpload',
        GET: 'ListParts',
      },
    },
  ],
  ['delete', { bucket: { POST: 'DeleteObjects' } }],
  ['cors', { bucket: { GET: 'GetBucketCors', PUT: 'PutBucketCors', DELETE: 'DeleteBucketCors' } }],
  ['policy', { bucket: { GET: 'GetBucketPolicy', PUT: 'PutBucketPolicy', DELETE: 'DeleteBucketPolicy' } }],
  [
    'notification',
    { bucket: { GET: 'GetBucketNotificationConfiguration', PUT: 'PutBucketNotificationConfiguration' } },
  ],
  ['location', { bucket: { GET: 'GetBucketLocation' } }],
  ['tagging', { object: { GET: 'GetObjectTagging', PUT: 'PutObjectTagging' } }],
  ['list-type', { bucket: { GET: 'ListObjectsV2' } }],
] as const satisfies readonly (readonly [string, Names])[];

type Names = Partial<Record<'object' | 'bucket', Readonly<Record<string, string>>>>;

const PLAIN: Record<'service' | 'object' | 'bucket', Readonly<Record<string, string>>> = {
  service: { GET: 'ListBuckets' },
  bucket: { GET: 'ListObjects', PUT: 'CreateBucket', HEAD: 'HeadBucket', DELETE: 'DeleteBucket' },
  object: { GET: 'GetObject', PUT: 'PutObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' },
};

/** What a path-style request asks for; presigned URLs are named by the same rules. */
export function s3Operation(method: string, url: string, headers: IncomingHttpHeaders): S3Target {
  const { pathname, searchParams } = new URL(url, 'http://s3.invalid');
  const [, bucket = '', ...rest] = pathname.split('/');
  const key = decode(rest.join('/'));
  const level = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const target = {
    ...(bucket === '' ? {} : { bucket }),
    ...(key === '' ? {} : { key }),
  };
  if (method === 'OPTIONS') return { operation: 'Preflight', ...target };
  for (const [name, names] of SUB_RESOURCES) {
    if (level === 'service' || !searchParams.has(name)) continue;
    const operation = (names as Names)[level]?.[method];
    if (operation !== undefined) return { operation: copied(operation, headers), ...target };
  }
  return { operation: copied(PLAIN[level][method] ?? 'Unknown', headers), ...target };
}

function copied(operation: string, headers: IncomingHttpHeaders): string {
  if (headers['x-amz-copy-source'] === undefined) return operation;
  if (operation === 'PutObject') return 'CopyObject';
  return operation === 'UploadPart' ? 'UploadPartCopy' : operation;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
