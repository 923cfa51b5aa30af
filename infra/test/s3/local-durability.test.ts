import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';

import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test, vi } from 'vitest';

import { startChild } from './child.ts';
import { harnessFor, newDataDir } from './local-server.ts';
import { PATIENCE, QUEUE_ARN } from './local-settings.ts';
import { encodePath, signHeaders } from './signing.ts';
import { expectS3Error, type Harness } from './target.ts';

const MEGABYTE = 1024 * 1024;

interface StoredEvent {
  bucket: string;
  key: string;
  sequencer: string;
}

function storedEvents(notifications: readonly string[]): StoredEvent[] {
  return notifications.flatMap((body) => {
    const { Records = [] } = JSON.parse(body) as {
      Records?: { s3: { bucket: { name: string }; object: { key: string; sequencer: string } } }[];
    };
    return Records.map(({ s3 }) => ({
      bucket: s3.bucket.name,
      key: s3.object.key,
      sequencer: s3.object.sequencer,
    }));
  });
}

const notifyOfAll = (s3: Harness) =>
  s3.client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: s3.bucket,
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn: QUEUE_ARN, Events: ['s3:ObjectCreated:*'] }],
      },
    }),
  );

describe('kill -9', () => {
  test('in the middle of an upload leaves no object and no file', async () => {
    const dataDir = await newDataDir();
    const first = await startChild(dataDir);
    const s3 = await harnessFor(first.url);
    const signed = await signHeaders(s3.target, {
      method: 'PUT',
      path: encodePath(s3.bucket, 'half'),
      headers: { 'content-length': String(64 * MEGABYTE) },
    });
    const upload = request(first.url, { method: 'PUT', path: signed.path, headers: signed.headers });
    upload.on('error', () => undefined);
    upload.write(Buffer.alloc(8 * MEGABYTE));
    await vi.waitFor(async () => expect(await readdir(join(dataDir, 'tmp'))).toHaveLength(1), PATIENCE);
    await first.kill();

    const second = await startChild(dataDir);
    const again = await harnessFor(second.url);
    await expectS3Error(
      again.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: 'half' })),
      'NotFound',
      404,
    );
    expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
    expect(await readdir(join(dataDir, 'blobs'))).toEqual([]);
  });

  test('after the answer keeps the object, and its event is delivered by the next start', async () => {
    const dataDir = await newDataDir();
    const first = await startChild(dataDir, { queue: 'down' });
    const s3 = await harnessFor(first.url);
    await notifyOfAll(s3);
    const at = { Bucket: s3.bucket, Key: 'kept' };
    await s3.client.send(new PutObjectCommand({ ...at, Body: 'acknowledged', Metadata: { a: 'b' } }));
    await first.kill();

    const second = await startChild(dataDir);
    const again = await harnessFor(second.url);
    const got = await again.client.send(new GetObjectCommand(at));
    expect(await got.Body?.transformToString()).toBe('acknowledged');
    expect(got.Metadata).toEqual({ a: 'b' });
    await vi.waitFor(() => expect(storedEvents(second.notifications)).toHaveLength(1), PATIENCE);

    await again.client.send(new PutObjectCommand({ ...at, Body: 'later' }));
    await vi.waitFor(() => expect(storedEvents(second.notifications)).toHaveLength(2), PATIENCE);
    const [before, after] = storedEvents(second.notifications);
    expect(String(after?.sequencer) > String(before?.sequencer)).toBe(true);
    await vi.waitFor(async () => expect(await readdir(join(dataDir, 'outbox/ready'))).toEqual([]), PATIENCE);
  });

  test('under load loses no acknowledged object and no event of one', async () => {
    const dataDir = await newDataDir();
    let child = await startChild(dataDir);
    let s3 = await harnessFor(child.url);
    const { bucket } = s3;
    await notifyOfAll(s3);
    const acknowledged = new Map<string, string>();
    const events: StoredEvent[] = [];

    for (const round of [1, 2]) {
      const { client } = s3;
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let index = 0; ; index += 1) {
          const key = `${round}-${writer}-${index}`;
          const body = key.repeat(1 + index * 300);
          await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
          acknowledged.set(key, body);
        }
      });
      const settled = Promise.allSettled(writers);
      await vi.waitFor(() => expect(acknowledged.size).toBeGreaterThan(round * 60), PATIENCE);
      await child.kill();
      await settled;
      events.push(...storedEvents(child.notifications));
      child = await startChild(dataDir);
      s3 = await harnessFor(child.url);
    }

    for (const [Key, body] of acknowledged) {
      const got = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      expect(await got.Body?.transformToString()).toBe(body);
    }
    const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: bucket }));
    for (const { Key = '', ETag } of Contents) {
      const got = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const bytes = (await got.Body?.transformToByteArray()) ?? '';
      expect(ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
    }
    await vi.waitFor(() => {
      const told = new Set([...events, ...storedEvents(child.notifications)].map((event) => event.key));
      // An object whose PUT was cut off may be there too; then its event is as well.
      for (const { Key = '' } of Contents) expect(told).toContain(Key);
    }, PATIENCE);
    const stored = await readdir(join(dataDir, 'blobs'));
    expect(stored).toHaveLength(Contents.length);
  });

  test('keeps the parts of an upload, and a Complete can be repeated after it', async () => {
    const dataDir = await newDataDir();
    const first = await startChild(dataDir);
    const s3 = await harnessFor(first.url);
    const at = { Bucket: s3.bucket, Key: 'parts' };
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(at));
    const { ETag } = await s3.client.send(
      new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'part' }),
    );
    await first.kill();

    const second = await startChild(dataDir);
    const complete = async ({ client }: Harness) =>
      client.send(
        new CompleteMultipartUploadCommand({
          ...at,
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
        }),
      );
    const resumed = await harnessFor(second.url);
    const { Parts } = await resumed.client.send(new ListPartsCommand({ ...at, UploadId }));
    expect(Parts).toMatchObject([{ PartNumber: 1, ETag, Size: 4 }]);
    const answer = await complete(resumed);
    await second.kill();

    const third = await startChild(dataDir);
    const again = await harnessFor(third.url);
    expect((await complete(again)).ETag).toBe(answer.ETag);
    const got = await again.client.send(new GetObjectCommand(at));
    expect(await got.Body?.transformToString()).toBe('part');
  });
});

/** More of it in `npm run test:long`. */
const BIG = process.env['TEST_DEPTH'] === 'long' ? 300 : 120;

describe('memory', () => {
  test(`stays flat while ${BIG} MB go in and out`, async () => {
    const child = await startChild(await newDataDir(), { collects: true });
    const s3 = await harnessFor(child.url);
    const path = encodePath(s3.bucket, 'big');
    const piece = Buffer.alloc(MEGABYTE, 'cairn');
    async function* body(megabytes: number) {
      for (let sent = 0; sent < megabytes; sent += 1) yield piece;
    }
    const put = async (megabytes: number) => {
      const headers = { 'content-length': String(megabytes * MEGABYTE) };
      const answer = await s3.signed({ method: 'PUT', path, headers, body: body(megabytes) });
      expect(answer.status).toBe(200);
    };
    const get = async () => {
      const signed = await signHeaders(s3.target, { method: 'GET', path });
      return new Promise<number>((resolve, reject) => {
        const outgoing = request(child.url, { path, headers: signed.headers }, (incoming) => {
          let sizeBytes = 0;
          incoming.on('data', (chunk: Buffer) => {
            sizeBytes += chunk.length;
          });
          incoming.on('end', () => resolve(sizeBytes));
          incoming.on('error', reject);
        });
        outgoing.on('error', reject);
        outgoing.end();
      });
    };
    // What it loads, and the pools it fills, are there after this.
    await put(64);
    await get();
    const { rssBytes: before } = await child.memory();
    await put(BIG);
    expect(await get()).toBe(BIG * MEGABYTE);
    const { peakRssBytes } = await child.memory();
    expect((peakRssBytes - before) / MEGABYTE).toBeLessThan(60);
  });
});
