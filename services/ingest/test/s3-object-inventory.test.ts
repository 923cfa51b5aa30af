import { CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createDocumentClient, createS3Client } from '@cairn/shared/aws/clients';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { buckets, tables } from '@cairn/infra/resources';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dynamoPassProgress } from '../src/adapters/dynamo-pass-progress.ts';
import { UPLOAD_OF_COPY } from '../src/adapters/s3-incoming-store.ts';
import { s3ObjectInventory } from '../src/adapters/s3-object-inventory.ts';
import { objectInventoryContract } from '../src/contracts/object-inventory.contract.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

const shelves = {
  incoming: buckets.incoming.name,
  copies: buckets.assets.name,
  pictures: buckets.media.name,
};

objectInventoryContract('S3', () => {
  const s3 = createS3Client();
  return {
    inventory: s3ObjectInventory({ s3, buckets: shelves, pageSize: 3 }),
    async put(shelf, Key, uploadId) {
      const Metadata = uploadId === undefined ? undefined : { [UPLOAD_OF_COPY]: uploadId };
      await s3.send(new PutObjectCommand({ Bucket: shelves[shelf], Key, Body: 'x', Metadata }));
    },
    async begin(Key) {
      await s3.send(new CreateMultipartUploadCommand({ Bucket: shelves.incoming, Key }));
    },
  };
});

it('the place of a pass is remembered, and the last word counts', async () => {
  const progress = dynamoPassProgress(createDocumentClient(), tables.uploads.name);
  expect(await progress.find('a pass')).toBeUndefined();
  await progress.keep('a pass', { after: 'here', notBefore: '2026-11-22T12:00:00.000Z' });
  await progress.keep('a pass', { after: undefined, notBefore: '2026-11-22T13:00:00.000Z' });
  expect(await progress.find('a pass')).toEqual({
    after: undefined,
    notBefore: '2026-11-22T13:00:00.000Z',
  });
  expect(await progress.find('another pass')).toBeUndefined();
});
