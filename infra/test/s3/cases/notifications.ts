import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  UploadPartCommand,
  type QueueConfiguration,
} from '@aws-sdk/client-s3';
import { expect, vi } from 'vitest';

import { expectS3Error, type Check, type Harness } from '../target.ts';

const WAIT = { timeout: 40_000 };

interface EventRecord {
  eventVersion: string;
  eventSource: string;
  awsRegion: string;
  eventTime: string;
  eventName: string;
  s3: {
    bucket: { name: string; arn: string };
    object: { key: string; size?: number; eTag?: string; sequencer: string };
  };
}

function queueOf(s3: Harness) {
  const { queue } = s3.target;
  if (!queue) throw new Error('the target has no queue');
  return queue;
}

async function configure(s3: Harness, ...rules: Omit<QueueConfiguration, 'QueueArn'>[]) {
  const { arn } = queueOf(s3);
  await s3.client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: s3.bucket,
      NotificationConfiguration: {
        QueueConfigurations: rules.map((rule) => Object.assign({ QueueArn: arn }, rule)),
      },
    }),
  );
}

async function events(s3: Harness): Promise<EventRecord[]> {
  const bodies = await queueOf(s3).messages();
  return bodies
    .flatMap((body) => (JSON.parse(body) as { Records?: EventRecord[] }).Records ?? [])
    .filter((record) => record.s3.bucket.name === s3.bucket);
}

async function waitForEvents(s3: Harness, count: number): Promise<EventRecord[]> {
  await vi.waitFor(async () => expect(await events(s3)).toHaveLength(count), WAIT);
  return events(s3);
}

const put = (s3: Harness, Key: string) =>
  s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: 'hello' }));

export function notificationCases(check: Check): void {
  check('putting a notification configuration sends s3:TestEvent', async (s3) => {
    await configure(s3, { Events: ['s3:ObjectCreated:*'] });
    await vi.waitFor(async () => {
      const tests = (await queueOf(s3).messages())
        .map((body) => JSON.parse(body) as { Event?: string; Bucket?: string })
        .filter((message) => message.Bucket === s3.bucket);
      expect(tests).toMatchObject([{ Service: 'Amazon S3', Event: 's3:TestEvent' }]);
    }, WAIT);
  });

  check('each way to make an object sends its event', async (s3) => {
    await configure(s3, { Events: ['s3:ObjectCreated:*'] });
    const { ETag = '' } = await put(s3, 'dir/red flower+ä.jpg');
    await s3.client.send(
      new CopyObjectCommand({
        Bucket: s3.bucket,
        Key: 'copy',
        CopySource: `${s3.bucket}/dir/red%20flower%2B%C3%A4.jpg`,
      }),
    );
    const at = { Bucket: s3.bucket, Key: 'parts' };
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(at));
    const part = await s3.client.send(
      new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'hello' }),
    );
    await s3.client.send(
      new CompleteMultipartUploadCommand({
        ...at,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
      }),
    );
    const records = await waitForEvents(s3, 3);
    expect(records.map((record) => record.eventName)).toEqual([
      'ObjectCreated:Put',
      'ObjectCreated:Copy',
      'ObjectCreated:CompleteMultipartUpload',
    ]);
    const [first] = records;
    expect(first).toMatchObject({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: s3.target.region,
      s3: {
        s3SchemaVersion: '1.0',
        bucket: { name: s3.bucket, arn: `arn:aws:s3:::${s3.bucket}` },
        object: { size: 5, eTag: ETag.replaceAll('"', '') },
      },
    });
    const key = first?.s3.object.key ?? '';
    expect(key).toMatch(/red\+flower%2B%C3%A4\.jpg$/);
    expect(decodeURIComponent(key.replaceAll('+', ' '))).toBe('dir/red flower+ä.jpg');
    expect(Date.parse(first?.eventTime ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  check('the sequencers of a key increase', async (s3) => {
    await configure(s3, { Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] });
    for (let round = 0; round < 5; round += 1) await put(s3, 'k');
    await s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key: 'k' }));
    const records = await waitForEvents(s3, 6);
    const width = Math.max(...records.map((record) => record.s3.object.sequencer.length));
    const sequencers = records.map((record) => record.s3.object.sequencer.padEnd(width, '0'));
    for (const sequencer of sequencers) expect(sequencer).toMatch(/^[0-9A-F]+$/);
    expect(sequencers).toEqual([...new Set(sequencers)].sort());
    const removed = records.at(-1);
    expect(removed?.eventName).toBe('ObjectRemoved:Delete');
    expect(removed?.s3.object).not.toHaveProperty('size');
  });

  check('filters choose by prefix, suffix and kind of event', async (s3) => {
    await configure(
      s3,
      {
        Id: 'pictures',
        Events: ['s3:ObjectCreated:Put'],
        Filter: {
          Key: {
            FilterRules: [
              { Name: 'prefix', Value: 'in/' },
              { Name: 'suffix', Value: '.png' },
            ],
          },
        },
      },
      { Id: 'removed', Events: ['s3:ObjectRemoved:Delete'] },
    );
    for (const key of ['in/a.png', 'in/a.jpg', 'out/a.png', 'in/b.png']) await put(s3, key);
    await s3.client.send(
      new CopyObjectCommand({ Bucket: s3.bucket, Key: 'in/copy.png', CopySource: `${s3.bucket}/in/a.png` }),
    );
    await s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key: 'out/a.png' }));
    const records = await waitForEvents(s3, 3);
    expect(records.map((record) => [record.eventName, record.s3.object.key])).toEqual([
      ['ObjectCreated:Put', expect.stringMatching(/a\.png$/)],
      ['ObjectCreated:Put', expect.stringMatching(/b\.png$/)],
      ['ObjectRemoved:Delete', expect.stringMatching(/a\.png$/)],
    ]);
  });

  check('a write that fails sends nothing', async (s3) => {
    await configure(s3, { Events: ['s3:ObjectCreated:*'] });
    await put(s3, 'k');
    const refused = s3.client.send(
      new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'x', IfNoneMatch: '*' }),
    );
    await expectS3Error(refused, 'PreconditionFailed', 412);
    await put(s3, 'last');
    const records = await waitForEvents(s3, 2);
    expect(records.map((record) => record.s3.object.key)).toEqual(['k', 'last']);
  });

  check('the notification configuration comes back as it was put', async (s3) => {
    const at = { Bucket: s3.bucket };
    const get = () => s3.client.send(new GetBucketNotificationConfigurationCommand(at));
    expect((await get()).QueueConfigurations).toBeUndefined();
    await configure(s3, {
      Id: 'mine',
      Events: ['s3:ObjectCreated:Put', 's3:ObjectCreated:Copy'],
      Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'a & b/' }] } },
    });
    expect((await get()).QueueConfigurations).toMatchObject([
      {
        Id: 'mine',
        QueueArn: queueOf(s3).arn,
        Events: ['s3:ObjectCreated:Put', 's3:ObjectCreated:Copy'],
        Filter: { Key: { FilterRules: [{ Value: 'a & b/' }] } },
      },
    ]);
    await configure(s3);
    expect((await get()).QueueConfigurations).toBeUndefined();
  });

  check('configurations that overlap, or with an unknown event, are refused', async (s3) => {
    await expectS3Error(
      configure(s3, { Events: ['s3:ObjectCreated:*'] }, { Events: ['s3:ObjectCreated:Put'] }),
      'InvalidArgument',
      400,
    );
    await expectS3Error(
      configure(s3, { Events: ['s3:ObjectPainted:*' as 's3:ObjectCreated:*'] }),
      'InvalidArgument',
      400,
    );
  });
}
