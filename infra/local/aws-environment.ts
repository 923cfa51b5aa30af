import { devNull } from 'node:os';
import type { AwsConnection } from '../aws-clients.ts';

/** The AWS SDK's standard variables for a connection. */
export function awsEnvironment(connection: AwsConnection): Record<string, string> {
  return {
    AWS_REGION: connection.region,
    AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
    AWS_ENDPOINT_URL: connection.sqsUrl,
    AWS_ENDPOINT_URL_DYNAMODB: connection.dynamodbUrl,
    AWS_ENDPOINT_URL_S3: connection.s3Url,
    AWS_ENDPOINT_URL_SNS: connection.snsUrl,
    AWS_ENDPOINT_URL_SQS: connection.sqsUrl,
    AWS_S3_FORCE_PATH_STYLE: 'true',
    // What a developer has configured for the real AWS stays out of this.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
