import { Aws } from 'aws-cdk-lib';
import type { BucketResource } from '../resource-types.ts';

/** The prefix of what has no name in resources.ts: roles, log groups, alarms. */
export const PREFIX = 'cairn';

/** Names of buckets are unique among all accounts, so there they end in account and region. */
export const bucketName = (bucket: Pick<BucketResource, 'name'>): string =>
  `${bucket.name}-${Aws.ACCOUNT_ID}-${Aws.REGION}`;

const arn = (service: string, resource: string): string =>
  `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;

/*
 * ARNs are spelled out of names instead of taken from the resources: stacks then need no exports of each
 * other, which could not be changed while they are used, and what refers to each other makes no circle.
 */
export const tableArn = (table: string): string => arn('dynamodb', `table/${table}`);
export const indexArn = (table: string, index: string): string => `${tableArn(table)}/index/${index}`;
export const queueArn = (queue: string): string => arn('sqs', queue);
export const topicArn = (topic: string): string => arn('sns', topic);
export const bucketArn = (bucket: Pick<BucketResource, 'name'>): string =>
  `arn:${Aws.PARTITION}:s3:::${bucketName(bucket)}`;
export const logGroupArn = (name: string): string => arn('logs', `log-group:${name}:*`);

export const ALARM_TOPIC = `${PREFIX}-alarms`;
export const SIGNING_KEYS_SECRET = `${PREFIX}/signing-keys`;
/** Secrets Manager puts six characters behind the name. */
export const signingKeysArn = arn('secretsmanager', `secret:${SIGNING_KEYS_SECRET}-??????`);
