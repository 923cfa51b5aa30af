import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { readdir, rename, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test, vi } from 'vitest';

import { startLocalS3 } from '../../local/s3/server.ts';
import { newDataDir, startServer } from './local-server.ts';
import { CREDENTIALS, PATIENCE, QUEUE_ARN, REGION } from './local-settings.ts';
import { encodePath, signHeaders } from './signing.ts';
import { expectS3Error, type Harness } from './target.ts';

const notify = (s3: Harness) =>
  s3.client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: s3.bucket,
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn: QUEUE_ARN, Events: ['s3:ObjectCreated:*'] }],
      },
    }),
  );

describe('notifications', () => {
  test('a queue that fails delays the event and never the PUT', async () => {
    const sent: string[] = [];
    let failures = 3;
    const { harness: s3 } = await startServer({
      dataDir: await newDataDir(),
      sendNotification: async (_queueArn, body) => {
        if (body.includes('s3:TestEvent')) return;
        failures -= 1;
        if (failures >= 0) throw new Error('the queue is down');
        sent.push(body);
      },
    });
    await notify(s3);
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'x' }));
    await vi.waitFor(() => expect(sent).toHaveLength(1), PATIENCE);
    expect(failures).toBe(-1);
  });

  test('a configuration whose queue does not take the test event is refused', async () => {
    const { harness: s3 } = await startServer({
      dataDir: await newDataDir(),
      sendNotification: () => Promise.reject(new Error('no such queue')),
    });
    await expectS3Error(notify(s3), 'InvalidArgument', 400);
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'x' }));
  });

  test('an event that was written down for a change that was never made is not sent', async () => {
    const dataDir = await newDataDir();
    const first = await startServer({ dataDir });
    await first.stop();
    const change = { bucket: first.harness.bucket, key: 'k', sequencer: '0000000000000001', kind: 'created' };
    await writeFile(
      join(dataDir, 'outbox/prepared/0000000000000001-0.json'),
      JSON.stringify({ queueArn: QUEUE_ARN, body: 'never', change }),
    );
    const sendNotification = vi.fn<() => Promise<void>>(() => Promise.resolve());
    await startServer({ dataDir, sendNotification });
    expect(await readdir(join(dataDir, 'outbox/prepared'))).toEqual([]);
    expect(sendNotification).not.toHaveBeenCalled();
  });

  test('an event whose change was made is sent, though the kill came before it was confirmed', async () => {
    const dataDir = await newDataDir();
    let isUp = true;
    const first = await startServer({
      dataDir,
      sendNotification: () => (isUp ? Promise.resolve() : Promise.reject(new Error('the queue is down'))),
    });
    await notify(first.harness);
    isUp = false;
    await first.harness.client.send(
      new PutObjectCommand({ Bucket: first.harness.bucket, Key: 'k', Body: 'x' }),
    );
    await first.stop();
    const [name = ''] = await readdir(join(dataDir, 'outbox/ready'));
    await rename(join(dataDir, 'outbox/ready', name), join(dataDir, 'outbox/prepared', name));
    const sent: string[] = [];
    await startServer({
      dataDir,
      sendNotification: async (_queueArn, body) => {
        sent.push(body);
      },
    });
    await vi.waitFor(() => expect(sent).toHaveLength(1), PATIENCE);
    expect(sent[0]).toContain('ObjectCreated:Put');
  });
});

/** More of them in `npm run test:long`. */
const OBJECTS = process.env['TEST_DEPTH'] === 'long' ? 10_000 : 2_000;

describe('the data directory', () => {
  test('keeps everything inside, whatever the keys are', async () => {
    const dataDir = await newDataDir();
    const { harness: s3 } = await startServer({ dataDir });
    for (const Key of ['../../escape', '/etc/passwd', '..', 'a/../../b', 'con', 'a\u0000b']) {
      await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: 'x' }));
    }
    const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).toSorted();
    const unexpected = files.filter(
      (file) =>
        !/^(tmp|blobs|buckets|outbox|lock(-journal)?|sequence\.json)$/.test(file) &&
        !/^blobs\/[0-9a-f-]{36}$/.test(file) &&
        !/^outbox\/(prepared|ready)$/.test(file) &&
        !/^buckets\/[a-z0-9-]+(\/(bucket\.json|uploads|objects|objects\/[0-9a-f]{64}\.json))?$/.test(file),
    );
    expect(unexpected).toEqual([]);
  });

  test('belongs to one server at a time', async () => {
    const dataDir = await newDataDir();
    const { stop } = await startServer({ dataDir });
    const options = {
      dataDir,
      port: 0,
      region: REGION,
      credentials: [CREDENTIALS],
      sendNotification: () => Promise.resolve(),
    };
    await expect(startLocalS3(options)).rejects.toThrow('in use by another process');
    await stop();
    await (await startLocalS3(options)).close();
  });

  test('files that nothing refers to are collected at the start', async () => {
    const dataDir = await newDataDir();
    const first = await startServer({ dataDir });
    const at = { Bucket: first.harness.bucket, Key: 'k' };
    await first.harness.client.send(new PutObjectCommand({ ...at, Body: 'kept' }));
    await first.stop();
    await writeFile(join(dataDir, 'blobs/orphan'), 'left by a kill');
    await writeFile(join(dataDir, 'tmp/half'), 'left by a kill');
    const second = await startServer({ dataDir });
    expect(await readdir(join(dataDir, 'blobs'))).toHaveLength(1);
    expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
    const got = await second.harness.client.send(new GetObjectCommand(at));
    expect(await got.Body?.transformToString()).toBe('kept');
  });

  test(`with ${OBJECTS} objects is read at the start and listed quickly`, async () => {
    const dataDir = await newDataDir();
    const bucketDir = join(dataDir, 'buckets/many');
    mkdirSync(join(bucketDir, 'objects'), { recursive: true });
    writeFileSync(join(bucketDir, 'bucket.json'), JSON.stringify({ createdAt: new Date(0).toISOString() }));
    for (let index = 0; index < OBJECTS; index += 1) {
      const key = `folder-${index % 100}/${index}`;
      const record = {
        key,
        headers: {},
        metadata: {},
        sizeBytes: 0,
        etag: 'd41d8cd98f00b204e9800998ecf8427e',
        segments: [],
        lastModified: new Date(0).toISOString(),
        sequencer: '01',
      };
      writeFileSync(join(bucketDir, 'objects', `${index}.json`), JSON.stringify(record));
    }
    const before = process.cpuUsage();
    const { harness: s3 } = await startServer({ dataDir });
    // Of the processor, since a machine may have more to do.
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(OBJECTS * 300);
    let seen = 0;
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.client.send(
        new ListObjectsV2Command({
          Bucket: 'many',
          ...(ContinuationToken !== undefined && { ContinuationToken }),
        }),
      );
      seen += page.KeyCount ?? 0;
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen).toBe(OBJECTS);
    const folders = await s3.client.send(new ListObjectsV2Command({ Bucket: 'many', Delimiter: '/' }));
    expect(folders.CommonPrefixes).toHaveLength(100);
  });
});

describe('silence', () => {
  test('an upload that stalls is answered RequestTimeout and stores nothing', async () => {
    const dataDir = await newDataDir();
    const { harness: s3 } = await startServer({ dataDir, idleTimeoutMs: 150 });
    async function* stalling() {
      yield Buffer.alloc(10);
      await new Promise(() => undefined);
    }
    const answer = await s3.signed({
      method: 'PUT',
      path: encodePath(s3.bucket, 'k'),
      headers: { 'content-length': '100' },
      body: stalling(),
    });
    expect(answer).toMatchObject({ status: 400, code: 'RequestTimeout' });
    await vi.waitFor(async () => expect(await readdir(join(dataDir, 'tmp'))).toEqual([]), PATIENCE);
    await expectS3Error(
      s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: 'k' })),
      'NotFound',
      404,
    );
  });

  test('an upload that is slow but not silent is fine', async () => {
    const idleTimeoutMs = 2_000;
    const { harness: s3 } = await startServer({ dataDir: await newDataDir(), idleTimeoutMs });
    async function* slow() {
      for (let sent = 0; sent < 6; sent += 1) {
        await new Promise((resolve) => setTimeout(resolve, idleTimeoutMs / 5));
        yield Buffer.from('x');
      }
    }
    const headers = { 'content-length': '6' };
    const path = encodePath(s3.bucket, 'k');
    expect(await s3.signed({ method: 'PUT', path, headers, body: slow() })).toMatchObject({ status: 200 });
  });

  test('a download that nobody reads is cut off', async () => {
    const dataDir = await newDataDir();
    const { harness: s3, s3: server } = await startServer({ dataDir, idleTimeoutMs: 2_000 });
    const path = encodePath(s3.bucket, 'big');
    const body = Buffer.alloc(32 * 1024 * 1024);
    await s3.signed({ method: 'PUT', path, headers: { 'content-length': String(body.length) }, body });
    const { headers } = await signHeaders(s3.target, { method: 'GET', path });
    const outgoing = request(server.url, { path, headers });
    const answered = once(outgoing, 'response');
    outgoing.end();
    const [incoming] = (await answered) as [IncomingMessage];
    // Nothing reads yet. The file of a deleted object goes when its last reader has gone.
    await s3.signed({ method: 'DELETE', path });
    expect(await readdir(join(dataDir, 'blobs'))).toHaveLength(1);
    await vi.waitFor(async () => expect(await readdir(join(dataDir, 'blobs'))).toEqual([]), PATIENCE);
    const failed = once(incoming, 'error');
    incoming.resume();
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});

describe('close', () => {
  test('lets requests under way finish, and refuses new ones', async () => {
    const dataDir = await newDataDir();
    const { stop, harness: s3 } = await startServer({ dataDir });
    const path = encodePath(s3.bucket, 'k');
    const { promise: closed, resolve: startedClosing } = Promise.withResolvers<void>();
    async function* body() {
      yield Buffer.from('first ');
      await closed;
      yield Buffer.from('second');
    }
    const upload = s3.signed({ method: 'PUT', path, headers: { 'content-length': '12' }, body: body() });
    await vi.waitFor(async () => expect(await readdir(join(dataDir, 'tmp'))).toHaveLength(1), PATIENCE);
    const stopping = stop();
    startedClosing();
    expect((await upload).status).toBe(200);
    await stopping;
    await expect(s3.raw({ method: 'GET', path })).rejects.toThrow('ECONNREFUSED');
  });

  test('does not wait for idle connections', async () => {
    const { stop, harness: s3 } = await startServer({ dataDir: await newDataDir() });
    const agent = new Agent({ keepAlive: true });
    await s3.signed({ method: 'GET', path: `/${s3.bucket}?list-type=2`, agent });
    const startedAt = performance.now();
    await stop();
    expect(performance.now() - startedAt).toBeLessThan(1000);
    agent.destroy();
  });
});
