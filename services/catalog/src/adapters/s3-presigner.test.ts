import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachment } from '../domain/downloads/content-disposition.ts';
import { s3Presigner } from './s3-presigner.ts';

const BUCKET = 'cairn-assets';
/** As the product's own client has it. */
const settings = {
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
} as const;
const file = { key: 'asset_1/release_1/file_1/1', fileName: 'note.txt', mediaType: 'text/plain' };
const anyDay = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2099-12-31T23:59:59Z'),
  noInvalidDate: true,
});
const secret = fc.string({ minLength: 1, maxLength: 40 });
const credentials = fc.record(
  { accessKeyId: fc.stringMatching(/^[A-Z0-9]{4,20}$/), secretAccessKey: secret, sessionToken: secret },
  { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
);

/** Of the SDK, in one order: it has the signature as the last but one parameter. */
const parts = (url: string) => {
  const { origin, pathname, search } = new URL(url);
  return [origin, pathname, ...search.slice(1).split('&').sort()];
};

describe('the URL of a download', () => {
  it.each([
    ['at an endpoint of its own', { endpoint: 'http://127.0.0.1:4566', forcePathStyle: true }],
    ['at AWS', {}],
    ['at AWS, by path', { forcePathStyle: true }],
    ['at a dual-stack address', { useDualstackEndpoint: true }],
    ['at a port of a name', { endpoint: 'https://store.example.test:8443' }],
  ])("is the SDK's own %s, whatever the names, the day and the credentials are", async (_where, more) => {
    await fc.assert(
      fc.asyncProperty(
        credentials,
        anyDay,
        fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
          .filter((key) => !/^\/|\/\/|\/?\.{1,2}\/?/.test(key)),
        fc.string({ unit: 'binary', maxLength: 40 }),
        async (known, at, key, fileName) => {
          const s3 = new S3Client({ region: 'eu-central-1', credentials: known, ...settings, ...more });
          const ours = await s3Presigner({ s3, bucket: BUCKET, now: () => at })({ ...file, key, fileName });
          const command = new GetObjectCommand({
            Bucket: BUCKET,
            Key: key,
            ResponseContentDisposition: attachment(fileName),
            ResponseContentType: file.mediaType,
          });
          const theirs = await getSignedUrl(s3, command, { expiresIn: 300, signingDate: at });
          expect(parts(ours.url)).toEqual(parts(theirs));
          expect(ours.expiresAt.getTime()).toBe(at.getTime() + 300_000);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is signed with the credentials that hold at its moment, and with the key of its day', async () => {
    let session = 0;
    let at = new Date('2026-11-30T23:59:59Z');
    const held = () => ({
      accessKeyId: `AKID${session}`,
      secretAccessKey: `secret ${session}`,
      sessionToken: `t${session}`,
    });
    const s3 = new S3Client({
      region: 'us-east-1',
      // Each is over as soon as it was given out, so that the next signature asks again.
      credentials: async () => ({ ...held(), expiration: new Date(0) }),
    });
    const presign = s3Presigner({ s3, bucket: BUCKET, now: () => at });
    for (const step of [
      () => (session += 1),
      () => (at = new Date('2026-12-01T00:00:00Z')),
      () => (session += 1),
    ]) {
      step();
      const fresh = new S3Client({ region: 'us-east-1', credentials: held() });
      const expected = await s3Presigner({ s3: fresh, bucket: BUCKET, now: () => at })(file);
      expect(await presign(file)).toEqual(expected);
    }
  });

  it('fails while no credentials are to be had, and is there as soon as they are', async () => {
    let isDown = true;
    const s3 = new S3Client({
      region: 'us-east-1',
      credentials: async () => {
        if (isDown) throw new Error('no credentials');
        return { accessKeyId: 'AKID', secretAccessKey: 'secret' };
      },
    });
    const presign = s3Presigner({ s3, bucket: BUCKET, now: () => new Date(0) });
    await expect(presign(file)).rejects.toThrow('no credentials');
    isDown = false;
    expect((await presign(file)).url).toContain('X-Amz-Signature=');
  });
});
