import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { bucketCors } from '../bucket-cors.ts';
import type { BucketResource } from '../resource-types.ts';
import { queues } from '../resources.ts';
import { bucketArn, bucketName, queueArn } from './names.ts';
import { resourcePolicy } from './resource-policy.ts';
import { keep } from './tables.ts';

const ABANDONED_PARTS_DAYS = 7;

/** Private, encrypted, and telling its queues what arrives. Who reads `media` for the public is CloudFront. */
export function bucket(scope: Construct, id: string, resource: BucketResource): CfnBucket {
  const cors = bucketCors(resource);
  const made = new CfnBucket(scope, id, {
    bucketName: bucketName(resource),
    publicAccessBlockConfiguration: {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
    bucketEncryption: {
      serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    },
    lifecycleConfiguration: { rules: lifecycle(resource) },
    ...(resource.keepRemovedDays === undefined ? {} : { versioningConfiguration: { status: 'Enabled' } }),
    ...(cors === undefined
      ? {}
      : {
          corsConfiguration: {
            corsRules: [
              {
                allowedMethods: [...cors.methods],
                allowedOrigins: [...cors.origins],
                allowedHeaders: [...cors.headers],
                exposedHeaders: [...cors.exposedHeaders],
                maxAge: cors.maxAgeSeconds,
              },
            ],
          },
        }),
    ...(resource.notifications.length === 0
      ? {}
      : {
          notificationConfiguration: {
            queueConfigurations: resource.notifications.flatMap(({ queue, events }) =>
              events.map((event) => ({ event, queue: queueArn(queues[queue].name) })),
            ),
          },
        }),
  });
  keep(made);
  return made;
}

function lifecycle({ expireDays, keepRemovedDays }: BucketResource): CfnBucket.RuleProperty[] {
  return [
    {
      id: 'abandoned-parts',
      status: 'Enabled',
      abortIncompleteMultipartUpload: { daysAfterInitiation: ABANDONED_PARTS_DAYS },
    },
    ...(expireDays === undefined
      ? []
      : [{ id: 'never-looked-at', status: 'Enabled', expirationInDays: expireDays }]),
    ...(keepRemovedDays === undefined
      ? []
      : [
          {
            id: 'removed',
            status: 'Enabled',
            noncurrentVersionExpiration: { noncurrentDays: keepRemovedDays },
            expiredObjectDeleteMarker: true,
          },
        ]),
  ];
}

/** `statements` besides the refusal of what is not encrypted on its way: a bucket has one policy. */
export function bucketPolicy(
  scope: Construct,
  id: string,
  resource: BucketResource,
  statements: readonly object[] = [],
): CfnBucketPolicy {
  const arn = bucketArn(resource);
  return new CfnBucketPolicy(scope, id, {
    bucket: bucketName(resource),
    policyDocument: resourcePolicy('s3:*', [arn, `${arn}/*`], statements),
  });
}
