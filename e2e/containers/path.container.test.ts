import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { s3Presigner } from '@cairn/catalog/src/adapters/s3-presigner.ts';
import { aNewAsset, aRelease } from '@cairn/catalog/src/testing/builders.ts';
import { createAwsClients } from '@cairn/infra/aws-clients';
import { provision, type Provisioned } from '@cairn/infra/provision';
import { buckets, tables } from '@cairn/infra/resources';
import { s3IncomingStore } from '@cairn/ingest/src/adapters/s3-incoming-store.ts';
import { incomingKey } from '@cairn/ingest/src/domain/upload.ts';
import { aFile, anUpload } from '@cairn/ingest/src/testing/builders.ts';
import { createDocumentClient, createS3Client, createSnsClient } from '@cairn/shared/aws/clients';
import { parseS3Notification } from '@cairn/shared/events/s3-notification';
import { newId } from '@cairn/shared/ids';
import { silentLogger } from '@cairn/shared/logging/logger';
import { snsEventPublisher } from '@cairn/shared/messaging/event-publisher';
import { createOutboxRelay } from '@cairn/shared/messaging/outbox-relay';
import { dynamoPublication } from '@cairn/shared/records/publication';
import { bytesSource, fileNameOf, getFromStorage, putToStorage } from '@cairn/tools/client/transfer';
import { beforeAll, expect, it, vi } from 'vitest';
import { describeOnEmulator } from './describe-on-emulator.ts';

describeOnEmulator('the path through storage', (image) => {
  const now = () => new Date();
  const s3 = createS3Client();
  const document = createDocumentClient();
  const sqs = new SQSClient();
  const presign = s3Presigner({ s3, bucket: buckets.assets.name, now });
  let made: Provisioned;

  beforeAll(async () => {
    const clients = createAwsClients();
    await provision(clients);
    // As at every later start: nothing is left to do, and nothing is refused.
    made = await provision(clients);
    clients.destroy();
  });

  it('a presigned PUT arrives, is told to the queue, copied, and read back', async () => {
    const incoming = s3IncomingStore({
      s3,
      publicS3: s3,
      incomingBucket: buckets.incoming.name,
      assetsBucket: buckets.assets.name,
      now,
    });
    const file = aFile(anUpload());
    const put = await incoming.presignPut(file, 600);
    const key = incomingKey(file);
    expect(await putToStorage(put, bytesSource(Buffer.from('abc')))).toMatchObject({ status: 200 });

    const told = await untilMessage(made.queues.objectCreated.url, (body) =>
      parseS3Notification(body).find((object) => object.key === key),
    );
    expect(told).toMatchObject({ bucket: buckets.incoming.name, sizeBytes: 3 });

    const arrived = await incoming.head(key);
    expect(arrived?.sizeBytes).toBe(3);
    const copyKey = `${newId('asset')}/${newId('release')}/${file.file_id}/1`;
    expect(await incoming.copyToAssets(key, arrived?.etag ?? '', copyKey)).toMatchObject({ sizeBytes: 3 });
    await incoming.remove(key);
    expect(await incoming.head(key)).toBeUndefined();

    const { url } = await presign({ key: copyKey, fileName: 'a.glb', mediaType: 'model/gltf-binary' });
    expect(await getFromStorage(url)).toMatchObject({ status: 200, sizeBytes: 3, sha256: file.sha256 });
  });

  it('a download is saved under its own name', async (context) => {
    if (image.includes('moto')) {
      const reason = 'moto ignores response-content-disposition';
      process.stdout.write(`containers: skipped "${context.task.name}": ${reason}\n`);
      return context.skip(reason);
    }
    const key = `${newId('asset')}/name`;
    await s3.send(new PutObjectCommand({ Bucket: buckets.assets.name, Key: key, Body: 'abc' }));
    const { url } = await presign({ key, fileName: 'Rüstung.glb', mediaType: 'model/gltf-binary' });
    const { headers } = await getFromStorage(url);
    expect(fileNameOf(headers['content-disposition'])).toBe('Rüstung.glb');
  });

  it('one conditional write publishes, and its event goes through the outbox and the topic to the queue', async () => {
    const publication = dynamoPublication({
      document,
      assetsTable: tables.assets.name,
      releasesTable: tables.releases.name,
    });
    const asset = aNewAsset({ asin: newId('asset') });
    const release = aRelease({ asin: asset.asin });
    const eventId = newId('event');
    const published = { outcome: 'published', revision: 1 };
    expect(await publication.createAsset(asset, release, eventId)).toEqual(published);
    expect(await publication.createAsset(asset, release, eventId)).toEqual(published);

    const relay = createOutboxRelay({
      document,
      table: tables.assets.name,
      keyName: 'asin',
      publish: snsEventPublisher(createSnsClient(), made.assetEventsTopicArn),
      logger: silentLogger(),
    });
    expect(await relay.sweep()).toBeGreaterThan(0);
    const event = await untilMessage(made.queues.catalogEvents.url, (body) => {
      const parsed = JSON.parse(body) as { id: string };
      return parsed.id === eventId ? parsed : undefined;
    });
    expect(event).toMatchObject({ type: 'asset.published', asin: asset.asin, revision: 1 });
    expect(await relay.sweep()).toBe(0);
  });

  async function untilMessage<Found>(url: string, find: (body: string) => Found | undefined): Promise<Found> {
    return await vi.waitFor(
      async () => {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
        );
        for (const { Body = '' } of Messages) {
          const found = find(Body);
          if (found !== undefined) return found;
        }
        throw new Error('the message has not come yet');
      },
      { timeout: 20_000, interval: 100 },
    );
  }
});
