import { PutObjectCommand } from '@aws-sdk/client-s3';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { buckets } from '@cairn/infra/resources';
import { createS3Client } from '@cairn/shared/aws/clients';
import { comparePaths } from '@cairn/shared/records/path-order';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { s3ManifestStore } from '../src/adapters/s3-manifest-store.ts';
import { manifestEntryFinder, type ManifestStore } from '../src/domain/downloads/find-manifest-entry.ts';

const KEY = 'asset/release/file/1.manifest';
const PATHS = Array.from(
  { length: 20_000 },
  (_, i) => `${'long-name-'.repeat(20)}${i % 2 ? '😀' : '～'}${i}`,
);
const MANIFEST = Buffer.from(
  [
    { format: 'zip', entries: PATHS.length, unpacked_bytes: 0 },
    ...PATHS.toSorted(comparePaths).map((path) => ({
      path,
      size: 0,
      sha256: 'a'.repeat(64),
      media_type: 'text/plain',
    })),
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join(''),
);

let stack: TestStack;
let store: ManifestStore;
beforeAll(async () => {
  stack = await startTestStack();
  const s3 = createS3Client();
  await s3.send(new PutObjectCommand({ Bucket: buckets.assets.name, Key: KEY, Body: MANIFEST }));
  store = s3ManifestStore({ s3, bucket: buckets.assets.name });
});
afterAll(() => stack.close());

it('200 who look for paths of one manifest at once read 64 KiB each and go through it once', async () => {
  const counted = { streams: 0, bytes: 0 };
  const find = manifestEntryFinder({
    patienceMs: 60_000,
    store: {
      stream(key) {
        counted.streams += 1;
        return store.stream(key);
      },
      async read(key, offset, length) {
        const bytes = await store.read(key, offset, length);
        counted.bytes += bytes.length;
        return bytes;
      },
    },
  });
  const wanted = Array.from({ length: 100 }, (_, i) => PATHS[i * 199] ?? '');
  const missing = wanted.map((path) => `${path}~`);
  const place = { key: KEY, sizeBytes: MANIFEST.length };
  const found = await Promise.all([...wanted, ...missing].map((path) => find(place, path)));
  expect(found.map((entry) => entry?.path)).toEqual([...wanted, ...missing.map(() => undefined)]);
  expect(counted.streams).toBe(1);
  expect(counted.bytes).toBeLessThanOrEqual(200 * 65_536);
});

it('a manifest that is not there fails whoever asks, and nobody after', async () => {
  const find = manifestEntryFinder({ store });
  await expect(find({ key: 'nowhere', sizeBytes: 100 }, 'a')).rejects.toThrow(/key/i);
  await expect(find({ key: 'nowhere', sizeBytes: 100_000 }, 'a')).rejects.toThrow(/key/i);
});
