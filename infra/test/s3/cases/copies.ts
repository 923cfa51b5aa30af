import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';

import { encode } from '../signing.ts';
import { expectS3Error, type Check, type Harness } from '../target.ts';

async function source(s3: Harness) {
  const Key = 'source/ä +%2F';
  const { ETag = '' } = await s3.client.send(
    new PutObjectCommand({
      Bucket: s3.bucket,
      Key,
      Body: 'content',
      ContentType: 'text/x-source',
      Metadata: { kind: 'original' },
      ChecksumAlgorithm: 'SHA256',
    }),
  );
  return { etag: ETag, CopySource: `${s3.bucket}/${encode(Key)}`, Key };
}

export function copyCases(check: Check): void {
  check('a copy has the bytes, headers, metadata and checksum of its source', async (s3) => {
    const { CopySource } = await source(s3);
    const other = await s3.newBucket();
    const copied = await s3.client.send(new CopyObjectCommand({ Bucket: other, Key: 'copy', CopySource }));
    expect(copied.CopyObjectResult?.ETag).toBeDefined();
    const got = await s3.client.send(
      new GetObjectCommand({ Bucket: other, Key: 'copy', ChecksumMode: 'ENABLED' }),
    );
    expect(await got.Body?.transformToString()).toBe('content');
    expect(got).toMatchObject({ ContentType: 'text/x-source', Metadata: { kind: 'original' } });
    expect(got.ChecksumSHA256).toBe('7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=');
  });

  check('a copy does not change with its source', async (s3) => {
    const { CopySource, Key } = await source(s3);
    await s3.client.send(new CopyObjectCommand({ Bucket: s3.bucket, Key: 'copy', CopySource }));
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: 'something else' }));
    const got = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: 'copy' }));
    expect(await got.Body?.transformToString()).toBe('content');
  });

  check('MetadataDirective REPLACE takes the headers of the request', async (s3) => {
    const { CopySource } = await source(s3);
    const at = { Bucket: s3.bucket, Key: 'copy' };
    await s3.client.send(
      new CopyObjectCommand({
        ...at,
        CopySource,
        MetadataDirective: 'REPLACE',
        ContentType: 'text/x-copy',
        Metadata: { kind: 'copy' },
      }),
    );
    const head = await s3.client.send(new HeadObjectCommand(at));
    expect(head).toMatchObject({ ContentType: 'text/x-copy', Metadata: { kind: 'copy' } });
  });

  check('a copy onto itself has to change something', async (s3) => {
    const { CopySource, Key } = await source(s3);
    const at = { Bucket: s3.bucket, Key, CopySource };
    await expectS3Error(s3.client.send(new CopyObjectCommand(at)), 'InvalidRequest', 400);
    await s3.client.send(
      new CopyObjectCommand({ ...at, MetadataDirective: 'REPLACE', Metadata: { a: 'b' } }),
    );
    const got = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key }));
    expect(await got.Body?.transformToString()).toBe('content');
  });

  check('conditions on the source of a copy are obeyed', async (s3) => {
    const { CopySource, etag } = await source(s3);
    const past = new Date(Date.now() - 3_600_000);
    const future = new Date(Date.now() + 3_600_000);
    const copy = (conditions: object) =>
      s3.client.send(new CopyObjectCommand({ Bucket: s3.bucket, Key: 'copy', CopySource, ...conditions }));
    await copy({ CopySourceIfMatch: etag });
    await copy({ CopySourceIfNoneMatch: '"other"' });
    await copy({ CopySourceIfModifiedSince: past });
    await copy({ CopySourceIfUnmodifiedSince: future });
    await copy({ CopySourceIfMatch: etag, CopySourceIfUnmodifiedSince: past });
    for (const failing of [
      { CopySourceIfMatch: '"other"' },
      { CopySourceIfNoneMatch: etag },
      { CopySourceIfModifiedSince: future },
      { CopySourceIfUnmodifiedSince: past },
      { CopySourceIfNoneMatch: etag, CopySourceIfModifiedSince: past },
    ]) {
      await expectS3Error(copy(failing), 'PreconditionFailed', 412);
    }
  });

  check('If-None-Match: * holds for the destination of a copy', async (s3) => {
    const { CopySource } = await source(s3);
    const copy = () =>
      s3.client.send(new CopyObjectCommand({ Bucket: s3.bucket, Key: 'copy', CopySource, IfNoneMatch: '*' }));
    const results = await Promise.allSettled(Array.from({ length: 10 }, copy));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    await expectS3Error(copy(), 'PreconditionFailed', 412);
  });

  check('the source of a copy has to exist', async (s3) => {
    const copy = (CopySource: string) =>
      s3.client.send(new CopyObjectCommand({ Bucket: s3.bucket, Key: 'copy', CopySource }));
    await expectS3Error(copy(`${s3.bucket}/nothing`), 'NoSuchKey', 404);
    await expectS3Error(copy('no-such-bucket-here/key'), 'NoSuchBucket', 404);
    await expectS3Error(copy('nonsense'), 'InvalidArgument', 400);
  });
}
