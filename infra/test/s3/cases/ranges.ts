import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';

import { encodePath } from '../signing.ts';
import type { Check, Harness } from '../target.ts';

async function digits(s3: Harness) {
  await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'digits', Body: '0123456789' }));
  return (range: string, headers: Record<string, string> = {}) =>
    s3.signed({ method: 'GET', path: encodePath(s3.bucket, 'digits'), headers: { range, ...headers } });
}

export function rangeCases(check: Check): void {
  check('ranges give their bytes with 206', async (s3) => {
    const get = await digits(s3);
    for (const [range, text, contentRange] of [
      ['bytes=0-0', '0', 'bytes 0-0/10'],
      ['bytes=2-5', '2345', 'bytes 2-5/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-3', '789', 'bytes 7-9/10'],
      ['bytes=-100', '0123456789', 'bytes 0-9/10'],
      ['bytes=5-1000', '56789', 'bytes 5-9/10'],
    ] as const) {
      const answer = await get(range);
      expect([range, answer.status, answer.text]).toEqual([range, 206, text]);
      expect(answer.headers['content-range']).toBe(contentRange);
      expect(answer.headers['content-length']).toBe(String(text.length));
    }
  });

  check('a range outside the object is 416 with its size', async (s3) => {
    const get = await digits(s3);
    for (const range of ['bytes=10-', 'bytes=100-200', 'bytes=-0']) {
      const answer = await get(range);
      expect([range, answer.status, answer.code]).toEqual([range, 416, 'InvalidRange']);
      expect(answer.headers['content-range']).toBe('bytes */10');
    }
  });

  check('a range that cannot be read, or several, give the whole object', async (s3) => {
    const get = await digits(s3);
    for (const range of ['bytes=5-2', 'lines=1-2', 'bytes=a-b', 'bytes=0-1,3-4', 'bytes=-']) {
      const answer = await get(range);
      expect([range, answer.status, answer.text]).toEqual([range, 200, '0123456789']);
    }
  });

  check('If-Range resumes the same version and starts a changed one again', async (s3) => {
    const get = await digits(s3);
    const { etag = '', 'last-modified': lastModified = '' } = (await get('bytes=0-0')).headers;
    expect((await get('bytes=5-', { 'if-range': etag })).status).toBe(206);
    expect((await get('bytes=5-', { 'if-range': lastModified })).status).toBe(206);
    expect((await get('bytes=5-', { 'if-range': '"another"' })).text).toBe('0123456789');
  });

  check('a part of an object comes without the checksum of the whole', async (s3) => {
    await digits(s3);
    const at = { Bucket: s3.bucket, Key: 'digits', ChecksumMode: 'ENABLED' as const };
    expect((await s3.client.send(new GetObjectCommand(at))).ChecksumCRC32).toBeDefined();
    const part = await s3.client.send(new GetObjectCommand({ ...at, Range: 'bytes=1-2' }));
    expect(part.ChecksumCRC32).toBeUndefined();
    expect(await part.Body?.transformToString()).toBe('12');
  });
}
