import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PoisonMessageError } from '../messaging/poison-message-error.ts';
import { parseS3Notification } from './s3-notification.ts';

/** As S3 spells keys in its events. */
const encodeKey = (key: string): string =>
  encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/').replaceAll("'", '%27');

const aRecord = (changes: { eventName?: string; eventVersion?: string; key?: string } = {}) => ({
  eventVersion: changes.eventVersion ?? '2.1',
  eventSource: 'aws:s3',
  awsRegion: 'eu-central-1',
  eventTime: '2026-11-22T10:00:00.000Z',
  eventName: changes.eventName ?? 'ObjectCreated:Put',
  userIdentity: { principalId: 'A' },
  requestParameters: { sourceIPAddress: '203.0.113.9' },
  responseElements: { 'x-amz-request-id': 'B' },
  s3: {
    s3SchemaVersion: '1.0',
    configurationId: 'c',
    bucket: {
      name: 'cairn-incoming',
      ownerIdentity: { principalId: 'A' },
      arn: 'arn:aws:s3:::cairn-incoming',
    },
    object: {
      key: changes.key ?? 'upload_1/file_1',
      size: 1_024,
      eTag: 'd41d8cd98f00b204e9800998ecf8427e',
      sequencer: '0055AED6DCD90281E5',
    },
  },
});
const message = (...records: unknown[]) => JSON.stringify({ Records: records });
const keysOf = (body: string) => parseS3Notification(body).map(({ key }) => key);

function reasonOf(body: string): string {
  try {
    parseS3Notification(body);
  } catch (error) {
    if (error instanceof PoisonMessageError) return error.reason;
    throw error;
  }
  return 'accepted';
}

describe('an S3 event notification', () => {
  test('tells what was created', () => {
    expect(parseS3Notification(message(aRecord()))).toEqual([
      {
        bucket: 'cairn-incoming',
        key: 'upload_1/file_1',
        sizeBytes: 1_024,
        etag: 'd41d8cd98f00b204e9800998ecf8427e',
        sequencer: '0055AED6DCD90281E5',
        createdAt: '2026-11-22T10:00:00.000Z',
      },
    ]);
  });

  test.each([
    ['red+flower.jpg', 'red flower.jpg'],
    ['a%2Bb', 'a+b'],
    ['a%252Bb', 'a%2Bb'],
    ['%E2%82%AC', '€'],
    ['a%2525', 'a%25'],
    ['a/b+c%2Bd', 'a/b c+d'],
    ['a%2Fb', 'a/b'],
    ['%F0%9F%97%A1', '🗡'],
  ])('Q04: spells %s what is stored as %s', (spelled, key) => {
    expect(keysOf(message(aRecord({ key: spelled })))).toEqual([key]);
  });

  test('Q04: any key comes back from its spelling', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (key) => {
        fc.pre(key.isWellFormed());
        expect(keysOf(message(aRecord({ key: encodeKey(key) })))).toEqual([key]);
      }),
    );
  });

  test('Q05: of a test that S3 makes when it is set up tells of nothing', () => {
    const body = JSON.stringify({
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: '2026-11-22T10:00:00.000Z',
      Bucket: 'cairn-incoming',
      RequestId: 'A',
      HostId: 'B',
    });
    expect(parseS3Notification(body)).toEqual([]);
  });

  test.each([
    ['no records', message(), []],
    ['two records', message(aRecord({ key: 'u/a' }), aRecord({ key: 'u/b' })), ['u/a', 'u/b']],
    ['a version with another minor number', message(aRecord({ eventVersion: '2.3' })), ['upload_1/file_1']],
    [
      'an event of another kind among others',
      message(aRecord({ eventName: 'ObjectTagging:Put' }), aRecord()),
      ['upload_1/file_1'],
    ],
    [
      'an event name with its prefix',
      message(aRecord({ eventName: 's3:ObjectCreated:Put' })),
      ['upload_1/file_1'],
    ],
    [
      'an SNS envelope around it',
      JSON.stringify({ Type: 'Notification', MessageId: 'm', TopicArn: 't', Message: message(aRecord()) }),
      ['upload_1/file_1'],
    ],
  ])('Q06: with %s is read', (_, body, keys) => {
    expect(keysOf(body)).toEqual(keys);
  });

  test('Q06: without size, ETag and sequencer is read: the sweep asks for a second look so', () => {
    const record = {
      eventVersion: '2.1',
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: 'b' }, object: { key: 'k' } },
    };
    expect(parseS3Notification(message(record))).toEqual([
      { bucket: 'b', key: 'k', sizeBytes: 0, etag: '', sequencer: undefined },
    ]);
  });

  test.each([
    ['no JSON', '<xml/>', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['half of JSON', message(aRecord()).slice(0, -3), 'not JSON'],
    ['null', 'null', 'not an S3 event notification of version 2.x'],
    ['an empty object', '{}', 'not an S3 event notification of version 2.x'],
    ['a list', '[]', 'not an S3 event notification of version 2.x'],
    [
      'a later major version',
      message(aRecord({ eventVersion: '3.0' })),
      'not an S3 event notification of version 2.x',
    ],
    [
      'a record without an object',
      message({ eventVersion: '2.1', eventName: 'x', s3: {} }),
      'not an S3 event notification of version 2.x',
    ],
    ['records that are none', '{"Records":["x"]}', 'not an S3 event notification of version 2.x'],
    ['an empty key', message(aRecord({ key: '' })), 'not an S3 event notification of version 2.x'],
    [
      'the shape of EventBridge',
      JSON.stringify({ version: '0', 'detail-type': 'Object Created', detail: { bucket: { name: 'b' } } }),
      'not an S3 event notification of version 2.x',
    ],
    [
      'an SNS envelope around nonsense',
      JSON.stringify({ Type: 'Notification', Message: 'hello' }),
      'not JSON',
    ],
    ['a key that is not encoded', message(aRecord({ key: '100%' })), 'the object key is not URL-encoded'],
    ['a key of invalid UTF-8', message(aRecord({ key: '%ff' })), 'the object key is not URL-encoded'],
    [
      'a mebibyte of something else',
      JSON.stringify({ Records: 'x'.repeat(1_048_576) }),
      'not an S3 event notification of version 2.x',
    ],
    [
      'more records than S3 ever sends',
      message(...Array.from({ length: 101 }, () => aRecord())),
      'not an S3 event notification of version 2.x',
    ],
  ])('Q06: that is %s is poison, and says why', (_, body, reason) => {
    expect(reasonOf(body)).toBe(reason);
  });

  test('Q06: whose key is a name of the language changes nothing but itself', () => {
    const body = `{"__proto__":{"polluted":1},"Records":[${JSON.stringify(aRecord({ key: '__proto__' }))}]}`;
    expect(keysOf(body)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test.each(['Put', 'Post', 'Copy', 'CompleteMultipartUpload'])('Q07: of a creation by %s is told', (how) => {
    expect(keysOf(message(aRecord({ eventName: `ObjectCreated:${how}` })))).toEqual(['upload_1/file_1']);
  });

  test.each([
    'ObjectRemoved:Delete',
    'ObjectRemoved:DeleteMarkerCreated',
    'LifecycleExpiration:Delete',
    'ObjectRestore:Completed',
    'ObjectCreatedLike:Put',
    'NotObjectCreated:Put',
  ])('Q07: of %s tells of nothing', (eventName) => {
    expect(keysOf(message(aRecord({ eventName })))).toEqual([]);
  });
});
