import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { duplicate, late } from '@cairn/infra/local/faults/message-rules';
import { internalError, loseAnswer, refuse, throttle } from '@cairn/infra/local/faults/rules';
import { assetRecord } from '@cairn/shared/records/asset-record';
import { buckets, queues, tables } from '@cairn/infra/resources';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { aBody, describeFile, send, startIngest, type IngestUnderTest } from './service.harness.ts';

let ingest: IngestUnderTest;
let picture: Buffer<ArrayBuffer>;
beforeAll(async () => {
  ingest = await startIngest({
    FIRST_LOOK_SECONDS: '1',
    SWEEP_INTERVAL_MS: '100',
    VISIBILITY_SECONDS: '2',
  });
  const square = sharp({ create: { width: 64, height: 64, channels: 3, background: 'green' } });
  picture = Buffer.from(await square.png().toBuffer());
});
afterEach(() => ingest.faults.clear());
afterAll(() => ingest.close());

const MODEL = Buffer.from('bytes of a model');

/** One upload with a file and a picture, from declaration to its end, with faults from when it is declared. */
async function uploadUnder(addFaults: () => void) {
  const user = await ingest.aUser();
  addFaults();
  const receipt = await patiently(() =>
    ingest.declare(
      user,
      aBody([{ path: 'a.bin', bytes: MODEL }], {
        pictures: [describeFile({ path: 'a.png', bytes: picture, content_type: 'image/png' })],
      }),
    ),
  );
  const [model, front] = receipt.files;
  await patiently(() => sent(model?.put, MODEL));
  await patiently(() => sent(front?.put, picture));
  await vi.waitFor(
    async () => expect((await ingest.receipt(user, receipt.upload_id)).state).toBe('published'),
    { timeout: 40_000, interval: 50 },
  );
  await ingest.faults.clear();
  return { user, receipt };
}

/** As a client does that is told to come back, or told nothing at all. */
const patiently = <Result>(attempt: () => Promise<Result>) => vi.waitFor(attempt, { timeout: 40_000 });

/** A PUT is done when the store says so, or that the object is there already. */
async function sent(...put: Parameters<typeof send>): Promise<void> {
  expect([200, 412]).toContain((await send(...put)).status);
}

/** The one state that every schedule must end in: one record, one event, the named objects and no others. */
async function expectPublishedOnce(asin: string) {
  const { Item } = await ingest.document.send(
    new GetCommand({ TableName: tables.assets.name, Key: { asin }, ConsistentRead: true }),
  );
  const asset = assetRecord.parse(Item);
  expect(asset.revision).toBe(1);
  expect(Object.values(asset.outbox ?? {}).map(({ type }) => type)).toEqual(['asset.published']);
  await vi.waitFor(
    async () => {
      // Of the file alone: the original of a picture is not kept.
      expect(await keysIn(buckets.assets.name, asin)).toHaveLength(1);
      expect(await keysIn(buckets.media.name, asin)).toHaveLength(3);
    },
    { timeout: 40_000 },
  );
}

async function keysIn(bucket: string, asin: string): Promise<string[]> {
  const { Contents = [] } = await ingest.s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: `${asin}/` }),
  );
  return Contents.map(({ Key }) => Key ?? '');
}

const WRITES = [
  ['dynamodb', { operation: ['PutItem', 'UpdateItem', 'BatchWriteItem'], table: tables.uploads.name }],
  ['dynamodb', { operation: ['PutItem', 'UpdateItem'], table: tables.quotas.name }],
  ['dynamodb', { operation: 'PutItem', table: tables.assets.name }],
  ['dynamodb', { operation: 'PutItem', table: tables.releases.name }],
  ['s3', { operation: 'CopyObject' }],
  ['s3', { operation: 'PutObject', bucket: buckets.media.name }],
  ['s3', { operation: ['DeleteObject', 'DeleteObjects'] }],
] as const;

describe('I3, I4: one upload is published once, with one event and no leftovers, when', () => {
  it.each(WRITES)('the answers to the first writes to %s %j are lost', async (service, match) => {
    const { receipt } = await uploadUnder(() => {
      ingest.faults[service].add(loseAnswer({ ...match, times: 2 }));
    });
    await expectPublishedOnce(receipt.asin);
  });

  it('every event is delivered three times, and late', async () => {
    const { receipt } = await uploadUnder(() => {
      ingest.faults.sqs.add(duplicate({ queue: queues.objectCreated.name, deliveries: 3 }));
      ingest.faults.sqs.add(late({ queue: queues.objectCreated.name, ms: 300, times: 1 }));
    });
    await expectPublishedOnce(receipt.asin);
  });

  it('the message cannot be deleted, and comes back', async () => {
    const { receipt } = await uploadUnder(() => {
      ingest.faults.sqs.add(refuse({ operation: 'DeleteMessageBatch', times: 6 }));
    });
    await expectPublishedOnce(receipt.asin);
  });

  it('every fifth call to every store fails in one way or another', async () => {
    const { receipt } = await uploadUnder(() => {
      for (const service of ['dynamodb', 's3'] as const) {
        ingest.faults[service].add(loseAnswer({ probability: 0.05 }));
        ingest.faults[service].add(refuse({ probability: 0.05 }));
        ingest.faults[service].add(throttle({ probability: 0.05 }));
        ingest.faults[service].add(internalError({ probability: 0.05 }));
      }
    });
    await expectPublishedOnce(receipt.asin);
  });
});
