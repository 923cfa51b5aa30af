import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { newId } from '@cairn/shared/ids';
import { buckets, tables } from '@cairn/infra/resources';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { dynamoQuotaLedger } from '../src/adapters/dynamo-quota-ledger.ts';
import { aBody, describeFile, send, startIngest, type IngestUnderTest } from './service.harness.ts';

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest({
    MULTIPART_THRESHOLD_BYTES: '100',
    FIRST_LOOK_SECONDS: '1',
    SWEEP_INTERVAL_MS: '100',
    ORPHAN_SWEEP_INTERVAL_MS: '50',
    ORPHAN_REST_SECONDS: '1',
    ORPHAN_GRACE_SECONDS: '1',
  });
});
afterAll(() => ingest.close());

const MODEL = Buffer.from('bytes of a model');

const put = (bucket: string, key: string) =>
  ingest.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'left behind' }));

async function keysIn(bucket: string, prefix?: string): Promise<string[]> {
  const { Contents = [] } = await ingest.s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
  );
  return Contents.map(({ Key }) => Key ?? '');
}

async function sendingKeys(): Promise<string[]> {
  const { Uploads = [] } = await ingest.s3.send(
    new ListMultipartUploadsCommand({ Bucket: buckets.incoming.name }),
  );
  return Uploads.map(({ Key }) => Key ?? '');
}

it(
  'X08: what nobody names goes from every bucket and from the ledger; the rest stays, pass after pass',
  { timeout: 60_000 },
  async () => {
    const user = await ingest.aUser();
    const square = sharp({ create: { width: 64, height: 64, channels: 3, background: 'green' } });
    const picture = Buffer.from(await square.png().toBuffer());
    const receipt = await ingest.declare(
      user,
      aBody([{ path: 'a.bin', bytes: MODEL }], {
        pictures: [describeFile({ path: 'a.png', bytes: picture, content_type: 'image/png' })],
      }),
    );
    await send(receipt.files[0]?.put, MODEL);
    const urlsOf = (uploadId: string, fileId: string | undefined) =>
      ingest.app.request(`/v1/uploads/${uploadId}/files/${fileId}/urls`, { headers: user.headers });
    if (receipt.files[1]?.put !== undefined) await send(receipt.files[1].put, picture);
    else await sendInParts(receipt.upload_id, receipt.files[1]?.file_id, picture);
    expect((await ingest.outcome(user, receipt.upload_id)).state).toBe('published');
    // The original of the picture is not kept: only what was derived from it is served.
    await vi.waitFor(
      async () => {
        expect(await keysIn(buckets.assets.name, `${receipt.asin}/`)).toHaveLength(1);
      },
      { timeout: 40_000 },
    );
    const named = {
      copies: await keysIn(buckets.assets.name, `${receipt.asin}/`),
      pictures: await keysIn(buckets.media.name, `${receipt.asin}/`),
    };
    expect(named.pictures).toHaveLength(3);

    // Of an open upload: a sending that has begun.
    const open = await ingest.declare(user, aBody([{ path: 'large.bin', bytes: Buffer.alloc(200) }]));
    await urlsOf(open.upload_id, open.files[0]?.file_id);

    const { asin } = receipt;
    await Promise.all([
      put(buckets.incoming.name, `${newId('upload')}/${newId('file')}`),
      put(buckets.incoming.name, `${receipt.upload_id}/${newId('file')}`),
      put(buckets.assets.name, `${asin}/${newId('release')}/${newId('file')}/lost-the-race`),
      put(buckets.assets.name, `${newId('asset')}/${newId('release')}/${newId('file')}/dead`),
      put(buckets.media.name, `${asin}/${newId('image')}/dead/160.webp`),
      put(buckets.media.name, `${newId('asset')}/${newId('image')}/dead/160.webp`),
      ingest.s3.send(
        new CreateMultipartUploadCommand({
          Bucket: buckets.incoming.name,
          Key: `${newId('upload')}/${newId('file')}`,
        }),
      ),
    ]);
    const ledger = dynamoQuotaLedger(ingest.document, tables.quotas.name);
    const before = await ledger.usage(user.userId);
    const stale = { asin: newId('asset'), bytes: 1_000, assets: 1 };
    await ledger.reserve(user.userId, newId('upload'), stale, {
      bytes: 10_000,
      assets: 99,
      openUploads: 99,
    });

    await vi.waitFor(
      async () => {
        expect(await keysIn(buckets.assets.name)).toEqual(named.copies);
        expect(await keysIn(buckets.media.name)).toEqual(named.pictures);
        expect(await keysIn(buckets.incoming.name)).toEqual([]);
        expect(await sendingKeys()).toEqual([`${open.upload_id}/${open.files[0]?.file_id}`]);
        expect(await ledger.usage(user.userId)).toEqual(before);
      },
      { timeout: 40_000, interval: 200 },
    );
    expect((await ingest.receipt(user, open.upload_id)).state).toMatch(/created|uploading/);

    async function sendInParts(uploadId: string, fileId: string | undefined, bytes: Buffer<ArrayBuffer>) {
      const { parts } = (await (await urlsOf(uploadId, fileId)).json()) as {
        parts: { put: Parameters<typeof send>[0] }[];
      };
      await send(parts[0]?.put, bytes);
      const path = `/v1/uploads/${uploadId}/files/${fileId}/complete`;
      expect((await ingest.app.request(path, { method: 'POST', headers: user.headers })).status).toBe(204);
    }
  },
);

it('I6: of a deleted user everything goes, and the token that is left opens nothing', async () => {
  const user = await ingest.aUser();
  const { upload_id } = await ingest.declare(user, aBody([{ path: 'a.bin', bytes: MODEL }]));
  const other = await ingest.aUser();
  const theirs = await ingest.declare(other, aBody([{ path: 'b.bin', bytes: MODEL }]));
  // As auth leaves it. Nobody tells ingest: the event is lost.
  await ingest.document.send(
    new PutCommand({ TableName: tables.users.name, Item: { asin: user.userId, status: 'deleted' } }),
  );
  const answers = await Promise.all([
    ingest.app.request('/v1/uploads', { headers: user.headers }),
    ingest.app.request(`/v1/uploads/${upload_id}`, { headers: user.headers }),
    ingest.app.request(`/v1/uploads/${upload_id}`, { method: 'DELETE', headers: user.headers }),
    ingest.post(user, aBody([{ path: 'a.bin', bytes: MODEL }])),
  ]);
  for (const answer of answers) {
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'auth.invalid_token' });
  }
  const ledger = dynamoQuotaLedger(ingest.document, tables.quotas.name);
  const ledgers = async () => {
    const { ledgers: all } = await ledger.page(undefined);
    return all.map(({ userId }) => userId);
  };
  await vi.waitFor(async () => expect(await ledgers()).not.toContain(user.userId), { timeout: 40_000 });
  expect((await ingest.receipt(other, theirs.upload_id)).state).toBe('created');
});
