import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AwsConnection, AwsCredentials } from '@cairn/infra/aws-clients';
import { createApiClient, type ApiClient } from '@cairn/tools/client/api-client';
import { startProduct, type ServiceProcess } from '@cairn/tools/product/start-product';
import type { BenchContext } from '../benchmark.ts';

export interface BenchProduct {
  readonly url: string;
  readonly api: ApiClient;
  readonly connection: AwsConnection;
  service(name: string): ServiceProcess;
}

/** No limits on how fast one asks; the rest is as `npm start` has it. */
const UNLIMITED: Readonly<Record<string, string>> = {
  RATE_LIMIT_GENERAL: 'off',
  RATE_LIMIT_REGISTRATION: 'off',
  RATE_LIMIT_SIGN_IN: 'off',
  RATE_LIMIT_UPLOAD: 'off',
};

/** The whole product as processes of its own, with a new data folder and on free ports. */
export async function startBenchProduct(
  { tempFolder, scope, say }: BenchContext,
  env: Readonly<Record<string, string>> = {},
): Promise<BenchProduct> {
  say('starting the product');
  const dataFolder = path.join(tempFolder, 'product');
  const product = await scope.hold(startProduct({ dataFolder, env: { ...UNLIMITED, ...env } }), (each) =>
    each.stop(),
  );
  const credentials = await readFile(path.join(dataFolder, 'credentials.json'), 'utf8');
  return {
    url: product.url,
    api: createApiClient(product.url, { timeoutMs: 60_000 }),
    connection: {
      region: 'us-east-1',
      credentials: JSON.parse(credentials) as AwsCredentials,
      dynamodbUrl: product.aws.dynamodb,
      s3Url: product.aws.s3,
      sqsUrl: product.aws.sqs,
      snsUrl: product.aws.sns,
    },
    service(name) {
      const service = product.services[name];
      if (service === undefined) throw new Error(`the product has no service ${name}`);
      return service;
    },
  };
}
