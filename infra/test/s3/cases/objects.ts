import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';

import { encodePath } from '../signing.ts';
import { expectS3Error, type Check } from '../target.ts';

export function objectCases(check: Check): void {
  check('an object comes back as it was put, with its headers and metadata', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'dir/file.bin' };
    const put = await s3.client.send(
      new PutObjectCommand({
        ...at,
        Body: 'hello',
        ContentType: 'model/gltf-binary',
        CacheControl: 'max-age=60',
        ContentDisposition: 'attachment; filename="a.glb"',
        ContentEncoding: 'br',
        ContentLanguage: 'de',
        Metadata: { author: 'somebody', empty: '' },
      }),
    );
    const got = await s3.client.send(new GetObjectCommand(at));
    expect(await got.Body?.transformToString()).toBe('hello');
    expect(put.ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    expect(got).toMatchObject({
      ETag: put.ETag,
      ContentLength: 5,
      ContentType: 'model/gltf-binary',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a.glb"',
      ContentEncoding: 'br',
      ContentLanguage: 'de',
      AcceptRanges: 'bytes',
      Metadata: { author: 'somebody' },
    });
    expect(Math.abs((got.LastModified?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  check('an empty object is an object', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'empty' };
    await s3.client.send(new PutObjectCommand({ ...at, Body: Buffer.alloc(0) }));
    const got = await s3.client.send(new GetObjectCommand(at));
    expect(got.ContentLength).toBe(0);
    expect(await got.Body?.transformToString()).toBe('');
  });

  check('a streamed body with a trailing checksum is stored without its framing', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'streamed' };
    const body = Buffer.alloc(300_000, 'abcdefg');
    const pieces = [body.subarray(0, 100_001), body.subarray(100_001)];
    await s3.client.send(
      new PutObjectCommand({ ...at, Body: Readable.from(pieces), ContentLength: body.length }),
    );
    const got = await s3.client.send(new GetObjectCommand(at));
    expect(got.ContentEncoding).toBeUndefined();
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  });

  check('HeadObject tells what GetObject would, and the checksum when asked', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'head' };
    await s3.client.send(new PutObjectCommand({ ...at, Body: 'hello', ChecksumAlgorithm: 'SHA256' }));
    const plain = await s3.client.send(new HeadObjectCommand(at));
    expect(plain).toMatchObject({ ContentLength: 5 });
    expect(plain.ChecksumSHA256).toBeUndefined();
    const withChecksum = await s3.client.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
    expect(withChecksum.ChecksumSHA256).toBe(createHash('sha256').update('hello').digest('base64'));
    const raw = await s3.signed({ method: 'HEAD', path: encodePath(s3.bucket, 'head') });
    expect(raw).toMatchObject({ status: 200, text: '' });
    expect(raw.headers['content-length']).toBe('5');
  });

  check('what is not there is NoSuchKey, and for HEAD a 404 without a body', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'nothing' };
    await expectS3Error(s3.client.send(new GetObjectCommand(at)), 'NoSuchKey', 404);
    const head = await s3.signed({ method: 'HEAD', path: encodePath(s3.bucket, 'nothing') });
    expect(head).toMatchObject({ status: 404, text: '' });
  });

  check('a deleted object is gone, and deleting it again is fine', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'doomed' };
    await s3.client.send(new PutObjectCommand({ ...at, Body: 'x' }));
    await s3.client.send(new DeleteObjectCommand(at));
    await s3.client.send(new DeleteObjectCommand(at));
    await expectS3Error(s3.client.send(new HeadObjectCommand(at)), 'NotFound', 404);
  });

  check('DeleteObjects deletes many keys and names each one', async (s3) => {
    const keys = ['a', 'b/c', 'ä & <b>', 'not there'];
    for (const Key of keys.slice(0, 3)) {
      await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: 'x' }));
    }
    const answer = await s3.client.send(
      new DeleteObjectsCommand({ Bucket: s3.bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    );
    expect(answer.Deleted?.map((deleted) => deleted.Key)).toEqual(keys);
    for (const Key of keys) {
      await expectS3Error(s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key })), 'NotFound', 404);
    }
  });

  check('DeleteObjects takes 1,000 keys and refuses 1,001', async (s3) => {
    const remove = (count: number) =>
      s3.client.send(
        new DeleteObjectsCommand({
          Bucket: s3.bucket,
          Delete: {
            Objects: Array.from({ length: count }, (_, index) => ({ Key: `k${index}` })),
            Quiet: true,
          },
        }),
      );
    expect((await remove(1000)).Errors).toBeUndefined();
    await expectS3Error(remove(1001), 'MalformedXML', 400);
  });

  check('a read that is under way gets the old bytes to the end when the object changes', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'changing' };
    // Larger than what sockets and streams hold between here and there.
    const old = Buffer.alloc(16 * 1024 * 1024, 'old!');
    await s3.presigningClient.send(new PutObjectCommand({ ...at, Body: old }));
    const overwritten = await s3.client.send(new GetObjectCommand(at));
    await s3.client.send(new PutObjectCommand({ ...at, Body: 'new' }));
    expect(Buffer.from((await overwritten.Body?.transformToByteArray()) ?? []).equals(old)).toBe(true);

    await s3.presigningClient.send(new PutObjectCommand({ ...at, Body: old }));
    const deleted = await s3.client.send(new GetObjectCommand(at));
    await s3.client.send(new DeleteObjectCommand(at));
    expect(Buffer.from((await deleted.Body?.transformToByteArray()) ?? []).equals(old)).toBe(true);
  });

  check('metadata over 2 KB is refused', async (s3) => {
    await expectS3Error(
      s3.client.send(
        new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'x', Metadata: { big: 'x'.repeat(2100) } }),
      ),
      'MetadataTooLarge',
      400,
    );
  });

  check('a key of 1,024 bytes is fine, one of 1,025 is too long', async (s3) => {
    const put = (Key: string) => s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: 'x' }));
    await put('ä'.repeat(512));
    await expectS3Error(put(`${'ä'.repeat(512)}x`), 'KeyTooLongError', 400);
  });
}
