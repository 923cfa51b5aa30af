import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { duplicate, late } from '@cairn/infra/local/faults/message-rules';
import { delay, refuse } from '@cairn/infra/local/faults/rules';
import { createAwsClients } from '@cairn/infra/aws-clients';
import { startTestStack, type FaultyTestStack } from '@cairn/infra/local/testing';
import { buckets, queues, tables } from '@cairn/infra/resources';
import { newId } from '@cairn/shared/ids';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import { assetRecord } from '@cairn/shared/records/asset-record';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { aBody, describeFile, send, startIngest, type IngestUnderTest } from './service.harness.ts';

type Queue = 'objectCreated' | 'objectCreatedBacklog' | 'ingestEvents';
const MODEL = Buffer.from('bytes of no known type');
const patient = { timeout: 40_000, interval: 50 };

let stack: FaultyTestStack;
let ingest: IngestUnderTest;
let sqs: SQSClient;

beforeAll(async () => {
  stack = await startTestStack({ faults: true });
  // Past the faults.
  sqs = createAwsClients(stack.local.connection).sqs;
});
/** Without sweeps: what is not done by a message is not done. */
beforeEach(async () => {
  ingest = await startIngest(
    { FIRST_LOOK_SECONDS: '3600', SWEEP_INTERVAL_MS: '3600000', VISIBILITY_SECONDS: '2' },
    stack,
  );
});
afterEach(async () => {
  await stack.faults.clear();
  await ingest.close();
  for (const queue of ['objectCreated', 'objectCreatedBacklog', 'ingestEvents'] as const) {
    const { url, deadLetterUrl } = await urlsOf(queue);
    for (const QueueUrl of [url, deadLetterUrl]) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  }
});
afterAll(async () => {
  sqs.destroy();
  await stack.close();
});

const urlsOf = (queue: Queue) => resolveQueue(sqs, queues[queue].name, queues[queue].deadLetterQueue.name);

async function sizeOf(url: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  return (['', 'NotVisible', 'Delayed'] as const).reduce(
    (sum, kind) => sum + Number(Attributes[`ApproximateNumberOfMessages${kind}`] ?? 0),
    0,
  );
}

/** Nothing waits, nothing has died. */
const untilDone = (queue: Queue) =>
  vi.waitFor(async () => {
    const { url, deadLetterUrl } = await urlsOf(queue);
    expect([await sizeOf(url), await sizeOf(deadLetterUrl)]).toEqual([0, 0]);
  }, patient);

async function put(queue: Queue, body: unknown): Promise<void> {
  const MessageBody = typeof body === 'string' ? body : JSON.stringify(body);
  await sqs.send(new SendMessageCommand({ QueueUrl: (await urlsOf(queue)).url, MessageBody }));
}

/** A file that has arrived; its event came by this queue, and S3's own one comes later, or not before the end. */
async function arrival(queue: 'objectCreated' | 'objectCreatedBacklog') {
  const isHeld = queue === 'objectCreatedBacklog';
  const held = ingest.faults.sqs.add(
    late({
      queue: queues.objectCreated.name,
      where: ({ body }) => isHeld && body.includes('ObjectCreated:'),
    }),
  );
  const user = await ingest.aUser();
  const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes: MODEL }]));
  const [file] = receipt.files;
  expect((await send(file?.put, MODEL)).status).toBe(200);
  if (isHeld) {
    const key = `${receipt.upload_id}/${file?.file_id}`;
    const s3 = { bucket: { name: buckets.incoming.name }, object: { key, sequencer: '00FF' } };
    await put(queue, { Records: [{ eventVersion: '2.1', eventName: 'ObjectCreated:Put', s3 }] });
  }
  return { user, receipt, held };
}

async function expectPublishedOnce(asin: string): Promise<void> {
  const { Item } = await ingest.document.send(
    new GetCommand({ TableName: tables.assets.name, Key: { asin }, ConsistentRead: true }),
  );
  const asset = assetRecord.parse(Item);
  expect(asset.revision).toBe(1);
  expect(Object.values(asset.outbox ?? {}).map(({ type }) => type)).toEqual(['asset.published']);
}

const notDeleted = (queue: Queue) =>
  // The SDK tries three times: that is one message which could not be acknowledged.
  refuse({ queue: queues[queue].name, operation: 'DeleteMessageBatch', times: 3 });

describe.each(['objectCreated', 'objectCreatedBacklog'] as const)('the consumer of %s', (queue) => {
  it('publishes once when its message comes three times', async () => {
    ingest.faults.sqs.add(duplicate({ queue: queues[queue].name, deliveries: 3 }));
    const { user, receipt, held } = await arrival(queue);
    expect((await ingest.outcome(user, receipt.upload_id)).state).toBe('published');
    await held.release();
    await untilDone(queue);
    await untilDone('objectCreated');
    await expectPublishedOnce(receipt.asin);
  });

  it('publishes once when its message comes again because it could not be acknowledged', async () => {
    const refusing = ingest.faults.sqs.add(notDeleted(queue));
    const { user, receipt, held } = await arrival(queue);
    expect((await ingest.outcome(user, receipt.upload_id)).state).toBe('published');
    await vi.waitFor(() => expect(refusing.hits).toBe(3), patient);
    await held.release();
    await untilDone(queue);
    await expectPublishedOnce(receipt.asin);
  });

  it('finishes what is under way when the service stops', async () => {
    const copying = ingest.faults.s3.add(delay({ operation: 'CopyObject', ms: 500 }));
    const { receipt } = await arrival(queue);
    await vi.waitFor(() => expect(copying.hits).toBe(1), patient);
    await ingest.stop(15_000);
    await expectPublishedOnce(receipt.asin);
    expect(await sizeOf((await urlsOf(queue)).url)).toBe(0);
  });

  it('leaves what it cannot finish to the next worker, untouched', async () => {
    const copying = ingest.faults.s3.add(delay({ operation: 'CopyObject', ms: 30_000 }));
    const { receipt } = await arrival(queue);
    await vi.waitFor(() => expect(copying.hits).toBe(1), patient);
    await ingest.stop(300);
    const { Item } = await ingest.document.send(
      new GetCommand({ TableName: tables.assets.name, Key: { asin: receipt.asin }, ConsistentRead: true }),
    );
    expect(Item).toBeUndefined();
    const { url, deadLetterUrl } = await urlsOf(queue);
    expect([await sizeOf(url), await sizeOf(deadLetterUrl)]).toEqual([1, 0]);
  });

  it('buries poison with the reason', async () => {
    await put(queue, '{"half":');
    const { deadLetterUrl } = await urlsOf(queue);
    const dead = await vi.waitFor(async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: deadLetterUrl, MessageAttributeNames: ['All'] }),
      );
      expect(Messages).toHaveLength(1);
      return Messages[0];
    }, patient);
    expect(dead?.Body).toBe('{"half":');
    expect(dead?.MessageAttributes?.reason?.StringValue).toBe('not JSON');
    expect(dead?.MessageAttributes?.source_queue?.StringValue).toBe(queues[queue].name);
  });
});

describe('the consumer of ingest-events', () => {
  const queue = 'ingestEvents';
  const about = { id: newId('event'), occurred_at: '2026-11-22T12:00:00.000Z', revision: 2 };

  async function ledgerOf(userId: string) {
    const { Item } = await ingest.document.send(
      new GetCommand({ TableName: tables.quotas.name, Key: { user_id: userId }, ConsistentRead: true }),
    );
    return Item;
  }

  async function aDeletedAsset() {
    const { user, receipt } = await arrival('objectCreated');
    await ingest.outcome(user, receipt.upload_id);
    await vi.waitFor(async () => expect((await ledgerOf(user.userId))?.reservations).toEqual({}), patient);
    expect(await ledgerOf(user.userId)).toMatchObject({ total_bytes: MODEL.byteLength, total_assets: 1 });
    return { user, event: { ...about, type: 'asset.deleted', asin: receipt.asin, user_id: user.userId } };
  }

  async function anOpenUploadOfADeletedUser() {
    const user = await ingest.aUser();
    const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes: MODEL }]));
    await ingest.document.send(
      new PutCommand({ TableName: tables.users.name, Item: { asin: user.userId, status: 'deleted' } }),
    );
    return { user, receipt, event: { ...about, type: 'user.deleted', user_id: user.userId } };
  }

  async function expectEnded(uploadId: string): Promise<void> {
    const { Item } = await ingest.document.send(
      new GetCommand({
        TableName: tables.uploads.name,
        Key: { upload_id: uploadId, item: 'upload' },
        ConsistentRead: true,
      }),
    );
    expect(Item?.state ?? 'gone').toMatch(/^(aborted|gone)$/);
  }

  it('gives the quota of a deleted asset back once when its message comes three times', async () => {
    const { user, event } = await aDeletedAsset();
    ingest.faults.sqs.add(duplicate({ queue: queues[queue].name, deliveries: 3 }));
    await put(queue, event);
    await untilDone(queue);
    expect(await ledgerOf(user.userId)).toMatchObject({ total_bytes: 0, total_assets: 0 });
  });

  it('gives it back once when its message could not be acknowledged', async () => {
    const { user, event } = await aDeletedAsset();
    const refusing = ingest.faults.sqs.add(notDeleted(queue));
    await put(queue, event);
    await vi.waitFor(() => expect(refusing.hits).toBe(3), patient);
    await untilDone(queue);
    expect(await ledgerOf(user.userId)).toMatchObject({ total_bytes: 0, total_assets: 0 });
  });

  it.each(['release.deleted', 'asset.updated'])(
    'gives back what was removed of an asset once, told of it by %s three times and not able to acknowledge',
    async (type) => {
      const { user, event } = await aDeletedAsset();
      const { asin } = event;
      await ingest.document.send(
        new UpdateCommand({
          TableName: tables.assets.name,
          Key: { asin },
          UpdateExpression: 'SET removed_bytes = :bytes',
          ExpressionAttributeValues: { ':bytes': 2 },
        }),
      );
      ingest.faults.sqs.add(duplicate({ queue: queues[queue].name, deliveries: 3 }));
      const refusing = ingest.faults.sqs.add(notDeleted(queue));
      await put(queue, { ...event, type, ...(type === 'release.deleted' ? { version: '1.0.0' } : {}) });
      await vi.waitFor(() => expect(refusing.hits).toBe(3), patient);
      await untilDone(queue);
      expect(await ledgerOf(user.userId)).toMatchObject({
        total_bytes: MODEL.byteLength - 2,
        total_assets: 1,
        returned: { [asin]: 2 },
      });
    },
  );

  it('I4: ends the open releases and pictures of a deleted asset, and gives everything back', async () => {
    const { user, event } = await aDeletedAsset();
    const { asin } = event;
    const release = await ingest.declare(user, {
      asin,
      version: '3.1.0',
      compatible_engine_ver: ['>=4.1 <5'],
      files: ['b.bin', 'c.bin'].map((path) => describeFile({ path, bytes: MODEL })),
    });
    const pictures = await ingest.declare(user, {
      asin,
      pictures: [describeFile({ path: 'front.png', bytes: MODEL, content_type: 'image/png' })],
    });
    expect(await ledgerOf(user.userId)).toMatchObject({ total_bytes: 4 * MODEL.byteLength, total_assets: 1 });
    const at = event.occurred_at;
    const tombstone = { asin, user_id: user.userId, status: 'deleted', revision: event.revision };
    await ingest.document.send(
      new PutCommand({
        TableName: tables.assets.name,
        Item: { ...tombstone, date_posted: at, date_updated: at, date_deleted: at },
      }),
    );
    await put(queue, event);
    await untilDone(queue);
    const nothing = { total_bytes: 0, total_assets: 0, reservations: {}, assets: {} };
    expect(await ledgerOf(user.userId)).toMatchObject(nothing);
    for (const { upload_id, files } of [release, pictures]) {
      const ended = await ingest.receipt(user, upload_id);
      expect(ended).toMatchObject({ state: 'rejected', refusal: { code: 'asset.gone' } });
      const [file] = files;
      // The URL is still good for a while; what it sends is for nobody, and aborting finds the upload over.
      await send(file?.put, MODEL);
      await ingest.app.request(`/v1/uploads/${upload_id}`, { method: 'DELETE', headers: user.headers });
    }
    await untilDone('objectCreated');
    expect(await ledgerOf(user.userId)).toMatchObject(nothing);
  });

  it("ends a deleted user's open uploads, however often it is told", async () => {
    const { receipt, event } = await anOpenUploadOfADeletedUser();
    ingest.faults.sqs.add(duplicate({ queue: queues[queue].name, deliveries: 3 }));
    ingest.faults.sqs.add(notDeleted(queue));
    await put(queue, event);
    await untilDone(queue);
    await expectEnded(receipt.upload_id);
  });

  it('finishes what is under way when the service stops', async () => {
    const { receipt, event } = await anOpenUploadOfADeletedUser();
    const slow = ingest.faults.dynamodb.add(delay({ table: tables.uploads.name, index: 'by_user', ms: 500 }));
    await put(queue, event);
    await vi.waitFor(() => expect(slow.hits).toBeGreaterThan(0), patient);
    await ingest.stop(15_000);
    await expectEnded(receipt.upload_id);
    expect(await sizeOf((await urlsOf(queue)).url)).toBe(0);
  });

  it('buries poison with the reason, and goes on', async () => {
    const { receipt, event } = await anOpenUploadOfADeletedUser();
    await put(queue, '{}');
    await put(queue, event);
    await vi.waitFor(async () => {
      const { url, deadLetterUrl } = await urlsOf(queue);
      expect([await sizeOf(url), await sizeOf(deadLetterUrl)]).toEqual([0, 1]);
    }, patient);
    await expectEnded(receipt.upload_id);
  });
});
