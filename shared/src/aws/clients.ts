import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/*
 * The SDK reads regions, credentials and endpoints from its standard variables. What is set here bounds
 * how long a call may take and how often it is tried: 3 attempts with the SDK's jittered back-off, and its
 * standard retry quota, which stops retrying when most calls fail.
 */
const handler = (requestTimeoutMs: number, maxSockets: number) =>
  new NodeHttpHandler({
    connectionTimeout: 1_000,
    requestTimeout: requestTimeoutMs,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true, maxSockets },
    httpsAgent: { keepAlive: true, maxSockets },
  });

export type Document = DynamoDBDocumentClient;

export function createDocumentClient(): Document {
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({ maxAttempts: 3, requestHandler: handler(5_000, 64) }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
}

/** `endpoint` overrides the environment, for the URLs that are handed to clients. */
export function createS3Client(options: { endpoint?: string | undefined } = {}): S3Client {
  return new S3Client({
    maxAttempts: 3,
    // Otherwise the CRC32 of an empty body is baked into presigned PUTs.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    forcePathStyle: process.env.AWS_S3_FORCE_PATH_STYLE === 'true',
    requestHandler: handler(60_000, 64),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  });
}

/** For calls of S3 that move no bytes and somebody waits for, such as a HEAD: a copy may take its 60 s. */
export const PROMPTLY = { requestTimeout: 5_000 };

export function createSnsClient(): SNSClient {
  return new SNSClient({ maxAttempts: 3, requestHandler: handler(5_000, 16) });
}

/** Long polls take up to 20 s, so the request timeout is above that. */
export function createSqsClient(): SQSClient {
  return new SQSClient({ maxAttempts: 3, requestHandler: handler(25_000, 64) });
}
