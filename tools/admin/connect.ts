import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { loadCredentials } from '@cairn/infra/local/credentials';
import { DEFAULT_PORTS } from '@cairn/infra/local/ports';
import { loopbackUrl } from '@cairn/infra/local/loopback';
import { createDocumentClient, type Document } from '@cairn/shared/aws/clients';
import { UsageError, type AdminArguments } from './arguments.ts';

const AWS_VARIABLES = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_PROFILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_DYNAMODB',
];
const LOCAL_DATA = fileURLToPath(new URL('../../.cairn', import.meta.url));

/** The local product, or what the SDK's standard variables name; a folder that is given is always meant. */
export async function connect(
  { dataDir, port }: Pick<AdminArguments, 'dataDir' | 'port'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Document> {
  if (dataDir === undefined && AWS_VARIABLES.some((name) => (env[name] ?? '') !== '')) {
    return createDocumentClient();
  }
  const folder = path.resolve(dataDir ?? LOCAL_DATA);
  // Asked before they are loaded, which would make them.
  if (!existsSync(path.join(folder, 'credentials.json'))) {
    throw new UsageError(`There is no local product in ${folder}: has it been started with npm start?`);
  }
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: loopbackUrl(port ?? DEFAULT_PORTS.dynamodb),
    credentials: await loadCredentials(folder),
    maxAttempts: 3,
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
