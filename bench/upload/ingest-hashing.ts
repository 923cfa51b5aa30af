import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AwsConnection } from '@cairn/infra/aws-clients';
import { awsEnvironment } from '@cairn/infra/local/aws-environment';
import { buckets } from '@cairn/infra/resources';
import type { Scope } from '../scope.ts';

export interface HashingRequest {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
}

export type HashingReply = { readonly sha256: string; readonly ms: number } | { readonly fault: string };

export interface IngestHashing {
  hash(request: HashingRequest): Promise<{ sha256: string; ms: number }>;
}

const CHILD = fileURLToPath(new URL('hashing-child.ts', import.meta.url));

/** Ingest's hashing as a process that does nothing else, as near to ingest's own as can be. */
export async function startIngestHashing(connection: AwsConnection, scope: Scope): Promise<IngestHashing> {
  const child = fork(CHILD, [buckets.assets.name], { env: awsEnvironment(connection), execArgv: [] });
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`the hashing process ended with exit code ${String(code)}`);
  });
  ended.catch(() => undefined);
  await scope.hold(child, async () => {
    child.kill();
    await ended.catch(() => undefined);
  });
  return {
    async hash(request) {
      child.send(request);
      const [reply] = (await Promise.race([once(child, 'message'), ended])) as [HashingReply];
      if ('fault' in reply) throw new Error(`hashing failed: ${reply.fault}`);
      return reply;
    },
  };
}
