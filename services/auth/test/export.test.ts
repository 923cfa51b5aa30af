import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { createS3Client } from '@cairn/shared/aws/clients';
import { partKey, type ExportId } from '@cairn/shared/exports/export-parts';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { buckets } from '@cairn/infra/resources';
import { newId } from '@cairn/shared/ids';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { s3ExportStore } from '../src/adapters/s3-export-store.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

const DATE = '2026-11-22T12:00:00.000Z';

function aStore() {
  const s3 = createS3Client();
  const bucket = buckets.exports.name;
  const store = s3ExportStore({ s3, publicS3: s3, bucket, now: () => new Date() });
  const put = (of: ExportId, part: 'account' | 'uploads' | 'assets', Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: partKey(of, part), Body }));
  const keys = async (userId: string) => {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: `${userId}/` }),
    );
    return Contents.map(({ Key }) => Key);
  };
  return { store, put, keys };
}

test('the parts become one zip, the same bytes each time, which is fetched by a URL and removed by its user', async () => {
  const { store, put, keys } = aStore();
  const of = { userId: newId('user'), exportId: newId('export') };
  const other = { ...of, userId: newId('user') };
  const long = JSON.stringify({
    uploads: Array.from({ length: 20_000 }, (_, i) => ({ i, text: 'é'.repeat(9) })),
  });
  await put(of, 'account', '{"account":1}');
  await put(of, 'uploads', long);
  await put(of, 'assets', '{}');
  await put(other, 'assets', '{}');

  const first = await store.assemble(of, DATE);
  const second = await store.assemble(of, DATE);
  expect(second).toEqual(first);
  const { url } = await store.presign(of);
  const answer = await fetch(url);
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="cairn-export.zip"');
  const bytes = new Uint8Array(await answer.arrayBuffer());
  expect(bytes.length).toBe(first.size_bytes);
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toEqual(['README.txt', 'account.json', 'uploads.json', 'assets.json']);
  expect(strFromU8(files['uploads.json'] ?? new Uint8Array())).toBe(long);
  expect((await fetch(url.split('?')[0] ?? '')).status).toBe(403);

  await store.removeParts(of);
  expect(await keys(of.userId)).toHaveLength(1);
  await store.removeAllOf(of.userId);
  expect(await keys(of.userId)).toEqual([]);
  expect(await keys(other.userId)).toHaveLength(1);
});

test('a part that is not there makes no archive', async () => {
  const { store, put, keys } = aStore();
  const of = { userId: newId('user'), exportId: newId('export') };
  await put(of, 'account', '{}');
  await expect(store.assemble(of, DATE)).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(await keys(of.userId)).toHaveLength(1);
});

test('what is older than a date is removed, and nothing else', async () => {
  const { store, put, keys } = aStore();
  const of = { userId: newId('user'), exportId: newId('export') };
  await put(of, 'account', '{}');
  await store.removeOlderThan(new Date(Date.now() - 60_000));
  expect(await keys(of.userId)).toHaveLength(1);
  await vi.waitFor(async () => {
    await store.removeOlderThan(new Date(Date.now() + 1_000));
    expect(await keys(of.userId)).toEqual([]);
  });
});
