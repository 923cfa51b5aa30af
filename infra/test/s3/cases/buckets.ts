import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';

import { encodePath } from '../signing.ts';
import { expectS3Error, type Check, type Harness } from '../target.ts';

function publicRead(bucket: string, change: object = {}): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${bucket}/*`,
        ...change,
      },
    ],
  });
}

const putPolicy = (s3: Harness, Policy: string) =>
  s3.client.send(new PutBucketPolicyCommand({ Bucket: s3.bucket, Policy }));

export function bucketCases(check: Check): void {
  check('a bucket is made, found, listed and deleted', async (s3) => {
    const Bucket = await s3.newBucket();
    await s3.client.send(new HeadBucketCommand({ Bucket }));
    await s3.client.send(new GetBucketLocationCommand({ Bucket }));
    const { Buckets = [] } = await s3.client.send(new ListBucketsCommand({}));
    expect(Buckets.map((bucket) => bucket.Name)).toContain(Bucket);
    await s3.client.send(new DeleteBucketCommand({ Bucket }));
    await expectS3Error(s3.client.send(new HeadBucketCommand({ Bucket })), 'NotFound', 404);
    await expectS3Error(s3.client.send(new DeleteBucketCommand({ Bucket })), 'NoSuchBucket', 404);
    await expectS3Error(
      s3.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' })),
      'NoSuchBucket',
      404,
    );
  });

  check("a bucket of one's own cannot be made again", async (s3) => {
    await expectS3Error(
      s3.client.send(new CreateBucketCommand({ Bucket: s3.bucket })),
      'BucketAlreadyOwnedByYou',
      409,
    );
  });

  check('a bucket with objects in it is not deleted, one with unfinished uploads is', async (s3) => {
    const Bucket = s3.bucket;
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await expectS3Error(s3.client.send(new DeleteBucketCommand({ Bucket })), 'BucketNotEmpty', 409);
    const other = await s3.newBucket();
    await s3.client.send(new CreateMultipartUploadCommand({ Bucket: other, Key: 'k' }));
    await s3.client.send(new DeleteBucketCommand({ Bucket: other }));
  });

  check('parts of a configuration that are put at the same time all stay', async (s3) => {
    const at = { Bucket: s3.bucket };
    const CORSRules = [{ AllowedOrigins: ['*'], AllowedMethods: ['GET'] }];
    await Promise.all([
      s3.client.send(new PutBucketCorsCommand({ ...at, CORSConfiguration: { CORSRules } })),
      putPolicy(s3, publicRead(s3.bucket)),
    ]);
    expect((await s3.client.send(new GetBucketCorsCommand(at))).CORSRules).toEqual(CORSRules);
    expect((await s3.client.send(new GetBucketPolicyCommand(at))).Policy).toContain('s3:GetObject');
  });

  check('bucket names that S3 does not allow are refused', async (s3) => {
    for (const name of ['ab', 'Upper', '-dash', 'a..b', '192.168.0.1', 'x'.repeat(64), '..']) {
      const answer = await s3.signed({ method: 'PUT', path: `/${name}`, headers: { 'content-length': '0' } });
      expect([name, answer.status]).toEqual([name, 400]);
    }
  });

  check('a bucket can be opened to anonymous readers, and closed again', async (s3) => {
    const path = encodePath(s3.bucket, 'a/public ä');
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'a/public ä', Body: 'open' }));
    const { Policy } = { Policy: publicRead(s3.bucket) };
    await putPolicy(s3, Policy);
    const stored = await s3.client.send(new GetBucketPolicyCommand({ Bucket: s3.bucket }));
    expect(JSON.parse(stored.Policy ?? '')).toEqual(JSON.parse(Policy));

    expect(await s3.raw({ method: 'GET', path })).toMatchObject({ status: 200, text: 'open' });
    expect(await s3.raw({ method: 'HEAD', path })).toMatchObject({ status: 200 });
    expect(await s3.raw({ method: 'GET', path, headers: { range: 'bytes=1-2' } })).toMatchObject({
      text: 'pe',
    });
    for (const [method, denied] of [
      ['PUT', path],
      ['DELETE', path],
      ['GET', `/${s3.bucket}?list-type=2`],
      ['GET', `/${s3.bucket}?policy`],
      ['GET', encodePath(s3.bucket, 'missing')],
      ['POST', `${path}?uploads`],
    ] as const) {
      expect([method, denied, (await s3.raw({ method, path: denied })).status]).toEqual([
        method,
        denied,
        403,
      ]);
    }
    await s3.client.send(new DeleteBucketPolicyCommand({ Bucket: s3.bucket }));
    expect(await s3.raw({ method: 'GET', path })).toMatchObject({ status: 403 });
    await expectS3Error(
      s3.client.send(new GetBucketPolicyCommand({ Bucket: s3.bucket })),
      'NoSuchBucketPolicy',
      404,
    );
  });

  check('a policy that would not be obeyed is refused, not stored', async (s3) => {
    for (const policy of [
      publicRead(s3.bucket, { Action: 's3:*' }),
      publicRead(s3.bucket, { Action: ['s3:GetObject', 's3:PutObject'] }),
      publicRead(s3.bucket, { Effect: 'Deny' }),
      publicRead(s3.bucket, { Resource: `arn:aws:s3:::${s3.bucket}/prefix/*` }),
      publicRead(s3.bucket, { Principal: { AWS: 'arn:aws:iam::123456789012:root' } }),
      publicRead(s3.bucket, { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
    ]) {
      await expectS3Error(putPolicy(s3, policy), 'NotImplemented', 501);
    }
    for (const policy of ['not json', '[]', '{}', '{"Statement":[]}', '{"Statement":[{}]}']) {
      await expectS3Error(putPolicy(s3, policy), 'MalformedPolicy', 400);
    }
    await expectS3Error(
      s3.client.send(new GetBucketPolicyCommand({ Bucket: s3.bucket })),
      'NoSuchBucketPolicy',
      404,
    );
  });
}
