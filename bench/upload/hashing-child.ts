import { createS3Client } from '@cairn/shared/aws/clients';
import { threadedHashing } from '@cairn/ingest/src/adapters/hashing/threaded-hashing.ts';
import { s3AssetStore } from '@cairn/ingest/src/adapters/s3-asset-store.ts';
import { copyReader, readToTheEnd } from '@cairn/ingest/src/domain/inspecting/read-copy.ts';
import type { HashingReply, HashingRequest } from './ingest-hashing.ts';

// Ingest's own hashing of an object in the store, in a process of its own with ingest's AWS variables.
const assets = s3AssetStore({ s3: createS3Client(), assetsBucket: process.argv[2] ?? '', mediaBucket: '' });

const hashing = threadedHashing();

async function hash({ key, size }: HashingRequest): Promise<HashingReply> {
  const startedAt = performance.now();
  const reader = copyReader({ assets, key, size, beginHash: hashing.begin });
  await readToTheEnd(reader.stream(new AbortController().signal));
  return { sha256: reader.content()?.sha256 ?? '', ms: performance.now() - startedAt };
}

process.on('message', (request: HashingRequest) => {
  void hash(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ fault: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
