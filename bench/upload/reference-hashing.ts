import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export interface ReferenceHashing {
  readonly name: string;
  hash(file: string, signal: AbortSignal): Promise<string>;
}

/** `openssl dgst`, or where there is none Node's own hash over the plain file. */
export async function referenceHashing(signal: AbortSignal): Promise<ReferenceHashing> {
  const openssl: ReferenceHashing = { name: 'openssl dgst -sha256', hash: opensslHash };
  const exists = await runOpenssl(['version'], signal).then(
    () => true,
    () => false,
  );
  return exists ? openssl : { name: 'node:crypto over the file (no openssl here)', hash: nodeHash };
}

async function opensslHash(file: string, signal: AbortSignal): Promise<string> {
  const [, sha256] = /([0-9a-f]{64})\s*$/.exec(await runOpenssl(['dgst', '-sha256', file], signal)) ?? [];
  if (sha256 === undefined) throw new Error('openssl gave no hash');
  return sha256;
}

async function nodeHash(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash, { signal });
  return hash.digest('hex');
}

async function runOpenssl(args: readonly string[], signal: AbortSignal): Promise<string> {
  const child = spawn('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'], signal });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`openssl ended with exit code ${code}`);
  return Buffer.concat(chunks).toString('utf8');
}
