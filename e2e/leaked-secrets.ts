import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { createAwsClients, type AwsCredentials } from '@cairn/infra/aws-clients';
import { tables } from '@cairn/infra/resources';
import type { Product } from '@cairn/tools/product/start-product';

/*
 * What must be in no log, event, dead letter or table (I11). Every password of the tier begins with the canary, every
 * e-mail address is at one domain; tokens, keys, signatures and hashes are known by their form.
 */
export const CANARY = 'canary-';
export const MAIL_DOMAIN = 'canary.example.org';

const FORMS = {
  password: /canary-[\w-]{16}/,
  'e-mail address': /@canary\.example\.org/,
  token: /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16}/,
  'refresh token': /cairn_refresh_user_/,
  'API key': /cairn_key_eyJ/,
  'presigned URL': /X-Amz-(?:Signature|Credential)(?:=|%3D)[\w%]/i,
  'password hash': /\$argon2id?\$/,
} as const;
type Form = keyof typeof FORMS;

/** The kinds of secrets in a text. `known` are those of the product itself, by name. */
export function secretsIn(
  text: string,
  known: Readonly<Record<string, string>> = {},
  except: readonly Form[] = [],
): string[] {
  const forms = Object.entries(FORMS).filter(([form]) => !except.includes(form as Form));
  return [
    ...forms.filter(([, pattern]) => pattern.test(text)).map(([form]) => form),
    ...Object.entries(known).flatMap(([name, value]) => (text.includes(value) ? [name] : [])),
  ];
}

/** What the product itself must keep to itself: its storage's secret key, and the private halves of its keys. */
async function secretsOf(dataFolder: string): Promise<Record<string, string>> {
  const parse = async (file: string): Promise<unknown> =>
    JSON.parse(await readFile(path.join(dataFolder, file), 'utf8'));
  const { secretAccessKey } = (await parse('credentials.json')) as { secretAccessKey: string };
  const { keys } = (await parse('signing-keys.json')) as { keys: { private_jwk: { d: string } }[] };
  const privateKeys = keys.map(({ private_jwk }, i) => [`private key ${i}`, private_jwk.d] as const);
  return { 'secret access key': secretAccessKey, ...Object.fromEntries(privateKeys) };
}

/** Everything that services have logged; each log has to hold requests, or nothing was looked at. */
export async function leaksInLogs(dataFolder: string): Promise<string[]> {
  const known = await secretsOf(dataFolder);
  const folder = path.join(dataFolder, 'logs');
  const leaks: string[] = [];
  for (const name of await readdir(folder)) {
    const text = await readFile(path.join(folder, name), 'utf8');
    if (name.endsWith('.log') && !text.includes('"request_id"')) leaks.push(`${name}: no request is in it`);
    leaks.push(...secretsIn(text, known).map((secret) => `${name}: ${secret}`));
  }
  return leaks;
}

/** Messages, also dead letters: SQLite holds them as they are. */
export async function leaksInMessages(dataFolder: string): Promise<string[]> {
  const known = await secretsOf(dataFolder);
  const files = await readdir(dataFolder, { recursive: true, withFileTypes: true });
  const databases = files.filter((each) => each.isFile() && /\.(?:db|sqlite)(?:-wal)?$/.test(each.name));
  if (databases.length === 0) return ['no database of messages was found'];
  const leaks = databases.map(async ({ parentPath, name }) => {
    const text = await readFile(path.join(parentPath, name), 'latin1');
    return secretsIn(text, known).map((secret) => `${name}: ${secret}`);
  });
  return (await Promise.all(leaks)).flat();
}

/** Names and hashes belong into `users`, and nothing else of this into any table. */
export async function leaksInTables(dataFolder: string, aws: Product['aws']): Promise<string[]> {
  const known = await secretsOf(dataFolder);
  const credentials = JSON.parse(
    await readFile(path.join(dataFolder, 'credentials.json'), 'utf8'),
  ) as AwsCredentials;
  const clients = createAwsClients({
    region: 'us-east-1',
    credentials,
    dynamodbUrl: aws.dynamodb,
    s3Url: aws.s3,
    sqsUrl: aws.sqs,
    snsUrl: aws.sns,
  });
  const document = DynamoDBDocumentClient.from(clients.dynamodb);
  const leaks: string[] = [];
  for (const { name } of Object.values(tables)) {
    const except: Form[] = name === tables.users.name ? ['password hash', 'e-mail address'] : [];
    for await (const { Items } of paginateScan({ client: document }, { TableName: name })) {
      const text = JSON.stringify(Items);
      leaks.push(...secretsIn(text, known, except).map((secret) => `table ${name}: ${secret}`));
    }
  }
  clients.destroy();
  return leaks;
}
