import { S3Error } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { assertPublicReadPolicy } from '../http/public-read-policy.ts';

// The limit S3 documents.
const MAX_POLICY_BYTES = 20 * 1024;

export const putBucketPolicy: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  const policy = await request.body.text(MAX_POLICY_BYTES);
  assertPublicReadPolicy(policy, bucket.name);
  await deps.buckets.configure(bucket, { publicReadPolicy: policy });
  return { status: 204 };
};

export const getBucketPolicy: Operation = async (deps, request) => {
  const { publicReadPolicy } = deps.buckets.require(request.bucketName).config;
  if (publicReadPolicy === undefined) throw new S3Error('NoSuchBucketPolicy');
  return { status: 200, headers: { 'content-type': 'application/json' }, body: publicReadPolicy };
};

export const deleteBucketPolicy: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  await deps.buckets.configure(bucket, { publicReadPolicy: undefined });
  return { status: 204 };
};
