import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SQSClient } from '@aws-sdk/client-sqs';
import { loadCredentials } from '@cairn/infra/local/credentials';
import { DEFAULT_PORTS } from '@cairn/infra/local/ports';
import { loopbackUrl } from '@cairn/infra/local/loopback';
import { UsageError, type DlqArguments } from './arguments.ts';

export interface Connection {
  readonly sqs: SQSClient;
  /** Whose queues these are, to be read before anything is moved. */
  readonly name: string;
}

const AWS_VARIABLES = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_PROFILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_SQS',
];
const LOCAL_DATA = fileURLToPath(new URL('../../.cairn', import.meta.url));

/** The local product, or what the SDK's standard variables name; a folder that is given is always meant. */
export async function connect(
  { dataDir, port }: Pick<DlqArguments, 'dataDir' | 'port'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Connection> {
  if (dataDir === undefined && AWS_VARIABLES.some((name) => (env[name] ?? '') !== '')) {
    const endpoint = env.AWS_ENDPOINT_URL_SQS ?? env.AWS_ENDPOINT_URL;
    const sqs = new SQSClient({});
    return { sqs, name: endpoint ?? `AWS, region ${await sqs.config.region()}` };
  }
  const folder = path.resolve(dataDir ?? LOCAL_DATA);
  // Asked before they are loaded, which would make them.
  if (!existsSync(path.join(folder, 'credentials.json'))) {
    throw new UsageError(`There is no local product in ${folder}: has it been started with npm start?`);
  }
  const endpoint = loopbackUrl(port ?? DEFAULT_PORTS.messaging);
  const credentials = await loadCredentials(folder);
  return {
    sqs: new SQSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 3 }),
    name: `the local product in ${folder}`,
  };
}
