import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GetQueueAttributesCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { late } from '@cairn/infra/local/faults/message-rules';
import { buckets, queues, tables } from '@cairn/infra/resources';
import { createSqsClient } from '@cairn/shared/aws/clients';
import { newId } from '@cairn/shared/ids';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { aBody, send, startIngest, type IngestUnderTest } from './service.harness.ts';

const BYTES = Buffer.from('bytes of no known type');
const COMMAND = fileURLToPath(new URL('../../../tools/dlq/main.ts', import.meta.url));
const patient = { timeout: 20_000, interval: 100 };

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest({ FIRST_LOOK_SECONDS: '3600', SWEEP_INTERVAL_MS: '3600000' });
});
afterAll(() => ingest.close());

/** Declared and sent; no event of it has come. */
async function anUpload() {
  const user = await ingest.aUser();
  const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes: BYTES }]));
  const [file] = receipt.files;
  expect((await send(file?.put, BYTES)).status).toBe(200);
  return { user, receipt, key: `${receipt.upload_id}/${file?.file_id}` };
}

const eventOf = (key: string, sequencer: string) => {
  const s3 = { bucket: { name: buckets.incoming.name }, object: { key, sequencer } };
  return JSON.stringify({ Records: [{ eventVersion: '2.1', eventName: 'ObjectCreated:Put', s3 }] });
};

async function recordOf(asin: string) {
  const { Item } = await ingest.document.send(
    new GetCommand({ TableName: tables.assets.name, Key: { asin }, ConsistentRead: true }),
  );
  return Item;
}

it('dead letters of uploads that are open, over or unknown: what is open is published once, nothing comes back', async () => {
  const sqs = createSqsClient();
  const { name, deadLetterQueue } = queues.objectCreated;
  const { url, deadLetterUrl } = await resolveQueue(sqs, name, deadLetterQueue.name);
  const held = ingest.faults.sqs.add(late({ queue: name, where: ({ body }) => body.includes('aws:s3') }));
  const [open, aborted] = [await anUpload(), await anUpload()];
  const path = `/v1/uploads/${aborted.receipt.upload_id}`;
  await ingest.app.request(path, { method: 'DELETE', headers: aborted.user.headers });
  const keys = [open.key, aborted.key, `${newId('upload')}/${newId('file')}`];
  const bodies = Array.from({ length: 30 }, (_, i) => keys.map((key) => eventOf(key, `00F${i % 10}`))).flat();
  for (let i = 0; i < bodies.length; i += 10) {
    const Entries = bodies.slice(i, i + 10).map((MessageBody, n) => ({ Id: String(n), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: deadLetterUrl, Entries }));
  }

  const args = [COMMAND, 'redrive', '--queue', name, '--rate', '1000', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(JSON.parse(stdout)).toMatchObject([{ queue: name, moved: 90 }]);
  expect((await ingest.outcome(open.user, open.receipt.upload_id)).state).toBe('published');
  await held.release();
  await vi.waitFor(async () => {
    for (const QueueUrl of [url, deadLetterUrl]) {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      expect(Attributes).toMatchObject({
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesNotVisible: '0',
      });
    }
  }, patient);
  expect(await recordOf(open.receipt.asin)).toMatchObject({ status: 'published', revision: 1 });
  expect(await recordOf(aborted.receipt.asin)).toBeUndefined();
  expect((await ingest.receipt(aborted.user, aborted.receipt.upload_id)).state).toBe('aborted');
  const { KeyCount } = await ingest.s3.send(
    new ListObjectsV2Command({ Bucket: buckets.assets.name, Prefix: `${aborted.receipt.asin}/` }),
  );
  expect(KeyCount).toBe(0);
  sqs.destroy();
});
