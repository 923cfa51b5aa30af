import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AwsCredentials } from '../aws-clients.ts';

/** The stack's one key pair: random, made once, kept in the data folder for its owner alone. */
export async function loadCredentials(dataDir: string): Promise<AwsCredentials> {
  const file = join(dataDir, 'credentials.json');
  const stored = await readFile(file, 'utf8').catch(() => undefined);
  if (stored !== undefined) return JSON.parse(stored) as AwsCredentials;
  const made: AwsCredentials = {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
  // Linked into place when it is whole: a kill never leaves half a file behind.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(made), { mode: 0o600 });
  await link(draft, file);
  await rm(draft);
  return made;
}
