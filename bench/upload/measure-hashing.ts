import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createAwsClients, type AwsConnection } from '@cairn/infra/aws-clients';
import { buckets } from '@cairn/infra/resources';
import type { BenchContext, Measured } from '../benchmark.ts';
import { inTurns } from '../statistics/in-turns.ts';
import { median } from '../statistics/percentile.ts';
import { startIngestHashing } from './ingest-hashing.ts';
import type { LargeFile } from './large-file.ts';
import { referenceHashing } from './reference-hashing.ts';

const TRIALS = 5;

/** Ingest's hashing of the published file, out of the store, against hashing the same file on the disk. */
export async function measureHashing(
  { scope, signal, say }: BenchContext,
  connection: AwsConnection,
  file: LargeFile,
  asin: string,
): Promise<Measured[]> {
  const key = await publishedKey(connection, asin);
  const ingest = await startIngestHashing(connection, scope);
  const reference = await referenceHashing(signal);
  const check = (sha256: string) => {
    if (sha256 !== file.sha256) throw new Error('the hashes differ');
  };
  const byIngest = async () => {
    const { sha256, ms } = await ingest.hash({ key, size: file.sizeBytes });
    check(sha256);
    return ms;
  };
  const byReference = async () => {
    const startedAt = performance.now();
    check(await reference.hash(file.file, signal));
    return performance.now() - startedAt;
  };

  say(`hashing: ${TRIALS} times each, ingest's and ${reference.name}`);
  await byIngest();
  await byReference();
  const { first, second } = await inTurns(TRIALS, byIngest, byReference);
  const mbPerSecond = (ms: number) => file.sizeBytes / 1e6 / (ms / 1_000);
  const [ours, theirs] = [mbPerSecond(median(first)), mbPerSecond(median(second))];
  say(`hashing: ingest's ${ours.toFixed(0)} MB/s, ${reference.name} ${theirs.toFixed(0)} MB/s`);
  return [
    {
      metric: 'hash_vs_openssl',
      value: ours / theirs,
      reference: `${reference.name}: ${theirs.toFixed(0)} MB/s; ingest's: ${ours.toFixed(0)} MB/s`,
      trials: TRIALS,
    },
  ];
}

async function publishedKey(connection: AwsConnection, asin: string): Promise<string> {
  const clients = createAwsClients(connection);
  try {
    const { Contents = [] } = await clients.s3.send(
      new ListObjectsV2Command({ Bucket: buckets.assets.name, Prefix: `${asin}/` }),
    );
    const [object, ...others] = Contents;
    if (object?.Key === undefined || others.length > 0) throw new Error('the asset is not one object');
    return object.Key;
  } finally {
    clients.destroy();
  }
}
