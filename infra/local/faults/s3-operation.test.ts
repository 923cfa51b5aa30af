import { expect, it } from 'vitest';
import { s3Operation } from './s3-operation.ts';

it.each([
  ['GET', '/', 'ListBuckets'],
  ['PUT', '/b', 'CreateBucket'],
  ['HEAD', '/b/', 'HeadBucket'],
  ['GET', '/b?list-type=2&prefix=a', 'ListObjectsV2'],
  ['GET', '/b?prefix=a', 'ListObjects'],
  ['POST', '/b?delete=', 'DeleteObjects'],
  ['PUT', '/b?notification=', 'PutBucketNotificationConfiguration'],
  ['PUT', '/b/k', 'PutObject'],
  ['PUT', '/b/k?X-Amz-Signature=x&x-id=PutObject', 'PutObject'],
  ['GET', '/b/k?response-content-disposition=x', 'GetObject'],
  ['HEAD', '/b/k', 'HeadObject'],
  ['DELETE', '/b/k', 'DeleteObject'],
  ['POST', '/b/k?uploads=', 'CreateMultipartUpload'],
  ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart'],
  ['POST', '/b/k?uploadId=u', 'CompleteMultipartUpload'],
  ['DELETE', '/b/k?uploadId=u', 'AbortMultipartUpload'],
  ['GET', '/b/k?uploadId=u', 'ListParts'],
  ['OPTIONS', '/b/k', 'Preflight'],
])('%s %s is %s', (method, url, operation) => {
  expect(s3Operation(method, url, {})).toMatchObject({ operation });
});

it('tells a copy by its header', () => {
  const headers = { 'x-amz-copy-source': 'a/b' };
  expect(s3Operation('PUT', '/b/k', headers).operation).toBe('CopyObject');
  expect(s3Operation('PUT', '/b/k?partNumber=1&uploadId=u', headers).operation).toBe('UploadPartCopy');
});

it('decodes the key and leaves out what is not there', () => {
  expect(s3Operation('GET', '/b/a%20b/c%2Fd', {})).toEqual({
    operation: 'GetObject',
    bucket: 'b',
    key: 'a b/c/d',
  });
  expect(s3Operation('GET', '/b', {})).toEqual({ operation: 'ListObjects', bucket: 'b' });
});
