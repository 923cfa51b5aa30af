import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from '../operations/buckets.ts';
import { deleteBucketCors, getBucketCors, putBucketCors } from '../operations/bucket-cors.ts';
import { getBucketNotification, putBucketNotification } from '../operations/bucket-notifications.ts';
import { deleteBucketPolicy, getBucketPolicy, putBucketPolicy } from '../operations/bucket-policy.ts';
import { completeMultipartUpload } from '../operations/complete-multipart-upload.ts';
import { copyObject } from '../operations/copy-object.ts';
import { deleteObject } from '../operations/delete-object.ts';
import { deleteObjects } from '../operations/delete-objects.ts';
import { getObject, RESPONSE_OVERRIDES } from '../operations/get-object.ts';
import { listObjectsV2 } from '../operations/list-objects.ts';
import { listParts } from '../operations/list-parts.ts';
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
} from '../operations/multipart-uploads.ts';
import { putObject } from '../operations/put-object.ts';
import { uploadPart, uploadPartCopy } from '../operations/upload-part.ts';
import type { Route } from './router.ts';

const LIST_OBJECTS = [
  'prefix',
  'delimiter',
  'max-keys',
  'continuation-token',
  'start-after',
  'encoding-type',
];
const LIST_UPLOADS = ['prefix', 'key-marker', 'upload-id-marker', 'max-uploads', 'encoding-type'];
const PART = ['partNumber', 'uploadId'];

export const ROUTES: readonly Route[] = [
  { method: 'GET', level: 'service', operation: listBuckets },

  { method: 'PUT', level: 'bucket', operation: createBucket },
  { method: 'HEAD', level: 'bucket', operation: headBucket },
  { method: 'DELETE', level: 'bucket', operation: deleteBucket },
  {
    method: 'GET',
    level: 'bucket',
    required: ['list-type'],
    optional: LIST_OBJECTS,
    operation: listObjectsV2,
  },
  { method: 'POST', level: 'bucket', required: ['delete'], operation: deleteObjects },
  {
    method: 'GET',
    level: 'bucket',
    required: ['uploads'],
    optional: LIST_UPLOADS,
    operation: listMultipartUploads,
  },
  { method: 'GET', level: 'bucket', required: ['location'], operation: getBucketLocation },
  { method: 'GET', level: 'bucket', required: ['cors'], operation: getBucketCors },
  { method: 'PUT', level: 'bucket', required: ['cors'], operation: putBucketCors },
  { method: 'DELETE', level: 'bucket', required: ['cors'], operation: deleteBucketCors },
  { method: 'GET', level: 'bucket', required: ['policy'], operation: getBucketPolicy },
  { method: 'PUT', level: 'bucket', required: ['policy'], operation: putBucketPolicy },
  { method: 'DELETE', level: 'bucket', required: ['policy'], operation: deleteBucketPolicy },
  { method: 'GET', level: 'bucket', required: ['notification'], operation: getBucketNotification },
  { method: 'PUT', level: 'bucket', required: ['notification'], operation: putBucketNotification },

  { method: 'GET', level: 'object', optional: RESPONSE_OVERRIDES, publicRead: true, operation: getObject },
  { method: 'HEAD', level: 'object', optional: RESPONSE_OVERRIDES, publicRead: true, operation: getObject },
  { method: 'PUT', level: 'object', operation: putObject },
  { method: 'PUT', level: 'object', copySource: true, operation: copyObject },
  { method: 'DELETE', level: 'object', operation: deleteObject },
  { method: 'POST', level: 'object', required: ['uploads'], operation: createMultipartUpload },
  { method: 'PUT', level: 'object', required: PART, operation: uploadPart },
  { method: 'PUT', level: 'object', required: PART, copySource: true, operation: uploadPartCopy },
  {
    method: 'GET',
    level: 'object',
    required: ['uploadId'],
    optional: ['max-parts', 'part-number-marker'],
    operation: listParts,
  },
  { method: 'POST', level: 'object', required: ['uploadId'], operation: completeMultipartUpload },
  { method: 'DELETE', level: 'object', required: ['uploadId'], operation: abortMultipartUpload },
];
