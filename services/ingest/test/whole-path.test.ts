import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { SendMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createSqsClient } from '@cairn/shared/aws/clients';
import { assetRecord, type PublishedAsset } from '@cairn/shared/records/asset-record';
import { buckets, queues, tables } from '@cairn/infra/resources';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aGltf, glbBytes } from '../src/testing/models/gltf-documents.ts';
import { aBody, describeFile, send, startIngest, type IngestUnderTest } from './service.harness.ts';

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest({ FIRST_LOOK_SECONDS: '1', SWEEP_INTERVAL_MS: '100' });
});
afterAll(() => ingest.close());

const MODEL = Buffer.from(glbBytes(aGltf()));

async function aPhoto(): Promise<Buffer<ArrayBuffer>> {
  // Stored lying on its side (orientation 6): upright, red is on top.
  const photo = await sharp({ create: { width: 600, height: 400, channels: 3, background: 'blue' } })
    .composite([
      { input: { create: { width: 300, height: 400, channels: 3, background: 'red' } }, left: 0, top: 0 },
    ])
    .jpeg()
    .withMetadata({ orientation: 6 })
    .toBuffer();
  return Buffer.from(photo);
}

async function readAsset(asin: string) {
  const { Item } = await ingest.document.send(
    new GetCommand({ TableName: tables.assets.name, Key: { asin }, ConsistentRead: true }),
  );
  return Item && assetRecord.parse(Item);
}

async function keysIn(bucket: string, prefix: string): Promise<string[]> {
  const { Contents = [] } = await ingest.s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
  );
  return Contents.map(({ Key }) => Key ?? '');
}

describe('an upload through the real stores', () => {
  it('is published with its bytes, type and upright pictures in three widths', async () => {
    const user = await ingest.aUser();
    const photo = await aPhoto();
    const receipt = await ingest.declare(
      user,
      aBody([{ path: 'models/knight.glb', bytes: MODEL }], {
        pictures: [describeFile({ path: 'front.jpg', bytes: photo, content_type: 'image/jpeg' })],
      }),
    );
    expect(receipt.state).toBe('created');
    const [model, picture] = receipt.files;
    expect((await send(model?.put, MODEL)).status).toBe(200);
    expect((await send(picture?.put, photo)).status).toBe(200);
    const done = await ingest.outcome(user, receipt.upload_id);
    expect(done.state).toBe('published');
    expect(done.files.map(({ stage, put }) => [stage, put])).toEqual([
      ['accepted', undefined],
      ['accepted', undefined],
    ]);

    const asset = (await readAsset(receipt.asin)) as PublishedAsset;
    expect(asset).toMatchObject({
      status: 'published',
      user_id: user.userId,
      name: 'Low-poly knight',
      asset_size: MODEL.byteLength,
      version: '1.0.0',
      compatible_engine_ver: ['>=4.1 <5'],
    });
    const events = Object.values(asset.outbox ?? {});
    expect(events.map(({ type }) => type)).toEqual(['asset.published']);

    const image = asset.images[0];
    expect(image).toMatchObject({ width: 400, height: 600 });
    expect(image?.variants.map(({ width, height }) => [width, height])).toEqual([
      [160, 240],
      [400, 600],
      [400, 600],
    ]);
    const { Body } = await ingest.s3.send(
      new GetObjectCommand({ Bucket: buckets.media.name, Key: image?.variants[0]?.key }),
    );
    const thumbnail = sharp(await Body?.transformToByteArray());
    const metadata = await thumbnail.metadata();
    expect([metadata.format, metadata.exif, metadata.icc, metadata.orientation]).toEqual([
      'webp',
      undefined,
      undefined,
      undefined,
    ]);
    // stats() looks at the input, so the corner is cut out first.
    const corner = await thumbnail.extract({ left: 70, top: 10, width: 10, height: 10 }).png().toBuffer();
    const top = await sharp(corner).stats();
    expect(top.channels[0]?.mean).toBeGreaterThan(200);
    expect(top.channels[2]?.mean).toBeLessThan(60);
  });

  it('I2: serves the first bytes for ever, whatever is put to the URL later', async () => {
    const user = await ingest.aUser();
    const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes: MODEL }]));
    const put = receipt.files[0]?.put;
    await send(put, MODEL);
    await ingest.outcome(user, receipt.upload_id);
    const before = await keysIn(buckets.assets.name, `${receipt.asin}/`);
    // The object is gone from incoming, so the URL works again; the same bytes are all that it accepts.
    expect((await send(put, Buffer.alloc(MODEL.byteLength))).status).toBe(400);
    expect((await send(put, MODEL)).status).toBe(200);
    await vi.waitFor(
      async () => {
        expect(await keysIn(buckets.incoming.name, `${receipt.upload_id}/`)).toEqual([]);
      },
      { timeout: 40_000 },
    );
    expect(await keysIn(buckets.assets.name, `${receipt.asin}/`)).toEqual(before);
    expect((await ingest.receipt(user, receipt.upload_id)).state).toBe('published');
  });

  it('I5: an object whose event was lost is found and published by the sweep', async () => {
    const user = await ingest.aUser();
    const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes: MODEL }]));
    const stop = await loseEvents();
    await send(receipt.files[0]?.put, MODEL);
    await stop();
    expect((await ingest.outcome(user, receipt.upload_id)).state).toBe('published');
  });

  it('I3: three deliveries of one event to two workers publish once', async () => {
    const second = await secondWorker();
    const user = await ingest.aUser();
    const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes: MODEL }]));
    await send(receipt.files[0]?.put, MODEL);
    const key = `${receipt.upload_id}/${receipt.files[0]?.file_id}`;
    await Promise.all([1, 2, 3].map(() => announce(key)));
    await ingest.outcome(user, receipt.upload_id);
    await vi.waitFor(
      async () => {
        expect(await keysIn(buckets.assets.name, `${receipt.asin}/`)).toHaveLength(1);
      },
      { timeout: 40_000 },
    );
    const asset = (await readAsset(receipt.asin)) as PublishedAsset;
    expect(asset.revision).toBe(1);
    await second.stop();
  });

  it.each([
    ['truncated', async () => (await aPhoto()).subarray(0, 2_000), 'image/jpeg', 'picture.corrupt'],
    ['of another type', aPhoto, 'image/png', 'file.type_mismatch'],
    ['no picture', async () => Buffer.from('<svg/>'), 'image/png', 'picture.unsupported_type'],
  ])('I1: a picture that is %s rejects the upload and says so', async (_, make, content_type, code) => {
    const user = await ingest.aUser();
    const bytes = Buffer.from(await make());
    const receipt = await ingest.declare(
      user,
      aBody([{ path: 'a.bin', bytes: MODEL }], {
        pictures: [describeFile({ path: 'front.jpg', bytes, content_type })],
      }),
    );
    await send(receipt.files[1]?.put, bytes);
    const done = await ingest.outcome(user, receipt.upload_id);
    expect(done.state).toBe('rejected');
    expect(done.files[1]?.refusal).toMatchObject({ code, field: '/pictures/0/content_type' });
    expect(done.files[1]?.refusal?.hint).toBeTruthy();
    expect(await readAsset(receipt.asin)).toBeUndefined();
    await vi.waitFor(
      async () => {
        expect(await keysIn(buckets.incoming.name, `${receipt.upload_id}/`)).toEqual([]);
        expect(await keysIn(buckets.assets.name, `${receipt.asin}/`)).toEqual([]);
      },
      { timeout: 40_000 },
    );
  });

  it('poison goes to the dead-letter queue with its reason and leaves everything else alone', async () => {
    await sendMessage('{"Records":[{"eventVersion":"3.0"}]}');
    const buried = await deadLetter();
    expect(buried.Body).toBe('{"Records":[{"eventVersion":"3.0"}]}');
    expect(buried.MessageAttributes?.reason?.StringValue).toBe('not an S3 event notification of version 2.x');
  });
});

async function queueUrl(name: string): Promise<string> {
  const { QueueUrl } = await createSqsClient().send(new GetQueueUrlCommand({ QueueName: name }));
  return QueueUrl ?? '';
}

async function sendMessage(body: string): Promise<void> {
  const QueueUrl = await queueUrl(queues.objectCreated.name);
  await createSqsClient().send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
}

function announce(key: string): Promise<void> {
  const s3 = {
    bucket: { name: buckets.incoming.name },
    object: { key, size: 1, eTag: 'x', sequencer: '00FF' },
  };
  return sendMessage(
    JSON.stringify({ Records: [{ eventVersion: '2.1', eventName: 'ObjectCreated:Put', s3 }] }),
  );
}

async function deadLetter() {
  const QueueUrl = await queueUrl(queues.objectCreated.deadLetterQueue.name);
  return vi.waitFor(
    async () => {
      const { Messages = [] } = await createSqsClient().send(
        new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 1 }),
      );
      const [message] = Messages;
      if (message === undefined) throw new Error('nothing in the dead-letter queue yet');
      return message;
    },
    { timeout: 40_000 },
  );
}

/** Takes the notification configuration away for a while: what is put meanwhile announces itself to nobody. */
async function loseEvents(): Promise<() => Promise<void>> {
  const { GetBucketNotificationConfigurationCommand, PutBucketNotificationConfigurationCommand } =
    await import('@aws-sdk/client-s3');
  const Bucket = buckets.incoming.name;
  const { QueueConfigurations } = await ingest.s3.send(
    new GetBucketNotificationConfigurationCommand({ Bucket }),
  );
  const set = (configuration: { QueueConfigurations?: typeof QueueConfigurations }) =>
    ingest.s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: configuration }),
    );
  await set({});
  return async () => void (await set({ QueueConfigurations }));
}

async function secondWorker(): Promise<{ stop(): Promise<void> }> {
  const { composeIngest } = await import('../src/compose.ts');
  const { silentLogger } = await import('@cairn/shared/logging/logger');
  const parts = composeIngest({ config: ingest.config, logger: silentLogger() });
  await parts.start?.();
  return {
    async stop() {
      for (const phase of parts.shutdown) await phase.run(2_000);
    },
  };
}
