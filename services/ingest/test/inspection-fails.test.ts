import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '@cairn/infra/resources';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aBody, send, startIngest, type IngestUnderTest } from './service.harness.ts';

let ingest: IngestUnderTest;
beforeAll(async () => {
  // No inspection can end in a millisecond: every one is killed.
  ingest = await startIngest({ INSPECTION_TIMEOUT_MS: '1' });
});
afterAll(() => ingest.close());

it('I1: an inspector that never ends publishes nothing, and the receipt says that it is our fault', async () => {
  const user = await ingest.aUser();
  const bytes = Buffer.from('abc');
  const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes }]));
  await send(receipt.files[0]?.put, bytes);
  const failed = await ingest.outcome(user, receipt.upload_id);
  expect(failed).toMatchObject({
    state: 'failed',
    refusal: { code: 'inspection.failed', detail: 'timed out' },
  });
  const { Item } = await ingest.document.send(
    new GetCommand({ TableName: tables.assets.name, Key: { asin: receipt.asin } }),
  );
  expect(Item).toBeUndefined();
});
