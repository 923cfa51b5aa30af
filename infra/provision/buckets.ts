import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  GetBucketCorsCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  NotFound,
  PutBucketCorsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  type CORSRule,
  type Event,
  type QueueConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3';
import { bucketCors } from '../bucket-cors.ts';
import type { BucketResource } from '../resource-types.ts';
import type { QueueName } from '../resources.ts';
import { same, sameJson } from './same.ts';

export async function provisionBucket(
  s3: S3Client,
  bucket: BucketResource,
  options: { region: string; queueArn: (name: QueueName) => string },
): Promise<void> {
  await ensureBucket(s3, bucket.name, options.region);
  // One after the other: S3 refuses concurrent changes of one bucket (OperationAborted).
  await ensureCors(s3, bucket);
  await ensurePublicRead(s3, bucket);
  await ensureNotifications(s3, bucket, options.queueArn);
}

async function ensureBucket(s3: S3Client, name: string, region: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: name }));
    return;
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
  try {
    await s3.send(
      new CreateBucketCommand({
        Bucket: name,
        // us-east-1 is the one region that must not be named.
        ...(region === 'us-east-1'
          ? {}
          : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } }),
      }),
    );
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  }
}

async function ensureCors(s3: S3Client, bucket: BucketResource): Promise<void> {
  const cors = bucketCors(bucket);
  if (cors === undefined) return;
  const wanted: CORSRule[] = [
    {
      AllowedMethods: [...cors.methods],
      AllowedOrigins: [...cors.origins],
      AllowedHeaders: [...cors.headers],
      ExposeHeaders: [...cors.exposedHeaders],
      MaxAgeSeconds: cors.maxAgeSeconds,
    },
  ];
  const current = await orNothing('NoSuchCORSConfiguration', () =>
    s3.send(new GetBucketCorsCommand({ Bucket: bucket.name })),
  );
  if (same(current?.CORSRules, wanted)) return;
  await s3.send(new PutBucketCorsCommand({ Bucket: bucket.name, CORSConfiguration: { CORSRules: wanted } }));
}

async function ensurePublicRead(s3: S3Client, bucket: BucketResource): Promise<void> {
  if (!bucket.publicRead) return;
  const wanted = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'PublicRead',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${bucket.name}/*`,
      },
    ],
  });
  const current = await orNothing('NoSuchBucketPolicy', () =>
    s3.send(new GetBucketPolicyCommand({ Bucket: bucket.name })),
  );
  if (sameJson(current?.Policy, wanted)) return;
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucket.name, Policy: wanted }));
}

/** Written only when it differs: every write makes S3 send an `s3:TestEvent` to the queue. */
async function ensureNotifications(
  s3: S3Client,
  bucket: BucketResource,
  queueArn: (name: QueueName) => string,
): Promise<void> {
  if (bucket.notifications.length === 0) return;
  const wanted: QueueConfiguration[] = bucket.notifications.map((rule) => ({
    Id: rule.queue,
    QueueArn: queueArn(rule.queue),
    Events: [...rule.events] as Event[],
  }));
  const current = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket.name }));
  const actual = current.QueueConfigurations?.map(({ Id, QueueArn, Events }) => ({ Id, QueueArn, Events }));
  if (same(actual, wanted)) return;
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket.name,
      NotificationConfiguration: { QueueConfigurations: wanted },
    }),
  );
}

async function orNothing<T>(absence: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && error.name === absence) return undefined;
    throw error;
  }
}
