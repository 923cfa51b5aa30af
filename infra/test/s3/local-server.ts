import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { startLocalS3, type LocalS3Options } from '../../local/s3/server.ts';
import { CREDENTIALS, REGION } from './local-settings.ts';
import { createHarness, type Harness, type RunningTarget } from './target.ts';

export async function newDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cairn-s3-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** A server in this process, closed when the test ends. */
export async function startServer(options: Partial<LocalS3Options> & { dataDir: string }) {
  const s3 = await startLocalS3({
    port: 0,
    region: REGION,
    credentials: [CREDENTIALS],
    sendNotification: () => Promise.resolve(),
    ...options,
  });
  let closing: Promise<void> | undefined;
  const stop = () => (closing ??= s3.close());
  onTestFinished(stop);
  return { s3, stop, harness: await harnessFor(s3.url) };
}

export async function harnessFor(endpoint: string): Promise<Harness> {
  const target: RunningTarget = {
    endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    stop: () => Promise.resolve(),
  };
  const { open, close } = createHarness(target);
  onTestFinished(close);
  return open();
}
