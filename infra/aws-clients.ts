import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Where the AWS protocols are spoken, and as whom. */
export interface AwsConnection {
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly dynamodbUrl: string;
  readonly s3Url: string;
  readonly sqsUrl: string;
  readonly snsUrl: string;
}

export interface AwsClients {
  readonly region: string;
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  destroy(): void;
}

/** Without a connection the clients follow the SDK's standard variables, as those of the services do. */
export function createAwsClients(connection?: AwsConnection): AwsClients {
  const to = (endpoint: string | undefined) =>
    connection === undefined || endpoint === undefined
      ? {}
      : { region: connection.region, credentials: connection.credentials, endpoint };
  const dynamodb = new DynamoDBClient(to(connection?.dynamodbUrl));
  const sqs = new SQSClient(to(connection?.sqsUrl));
  const sns = new SNSClient(to(connection?.snsUrl));
  const s3 = new S3Client({
    ...to(connection?.s3Url),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    forcePathStyle: connection !== undefined || process.env.AWS_S3_FORCE_PATH_STYLE === 'true',
  });
  return {
    region: connection?.region ?? process.env.AWS_REGION ?? 'us-east-1',
    dynamodb,
    s3,
    sqs,
    sns,
    destroy() {
      for (const client of [dynamodb, s3, sqs, sns]) client.destroy();
    },
  };
}
