import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';

import { encodePath } from '../signing.ts';
import { expectS3Error, type Check } from '../target.ts';

export function conditionCases(check: Check): void {
  check('If-None-Match: * creates and never overwrites', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'once' };
    await s3.client.send(new PutObjectCommand({ ...at, Body: 'first', IfNoneMatch: '*' }));
    await expectS3Error(
      s3.client.send(new PutObjectCommand({ ...at, Body: 'second', IfNoneMatch: '*' })),
      'PreconditionFailed',
      412,
    );
    const got = await s3.client.send(new GetObjectCommand(at));
    expect(await got.Body?.transformToString()).toBe('first');
  });

  check('of 50 racing If-None-Match: * exactly one wins, and its bytes stay', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'race' };
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, async (_, index) => {
        await s3.client.send(new PutObjectCommand({ ...at, Body: `writer ${index}`, IfNoneMatch: '*' }));
        return index;
      }),
    );
    const winners = results.filter((result) => result.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'PreconditionFailed' });
    }
    const got = await s3.client.send(new GetObjectCommand(at));
    expect(await got.Body?.transformToString()).toBe(`writer ${winners[0]?.value}`);
  });

  check('If-Match writes only over the version it names', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'versioned' };
    const put = (Body: string, IfMatch: string) =>
      s3.client.send(new PutObjectCommand({ ...at, Body, IfMatch }));
    await expectS3Error(put('x', '"anything"'), 'NoSuchKey', 404);
    const { ETag = '' } = await s3.client.send(new PutObjectCommand({ ...at, Body: 'one' }));
    await expectS3Error(put('x', '"another"'), 'PreconditionFailed', 412);
    await put('two', ETag);
    await expectS3Error(put('three', ETag), 'PreconditionFailed', 412);
  });

  check('a delete with If-Match deletes only the version it names', async (s3) => {
    const at = { Bucket: s3.bucket, Key: 'kept' };
    const { ETag = '' } = await s3.client.send(new PutObjectCommand({ ...at, Body: 'one' }));
    const remove = (IfMatch: string) => s3.client.send(new DeleteObjectCommand({ ...at, IfMatch }));
    await expectS3Error(remove('"another"'), 'PreconditionFailed', 412);
    await remove(ETag);
    await expectS3Error(s3.client.send(new GetObjectCommand(at)), 'NoSuchKey', 404);
  });

  check('conditional reads answer 304 and 412 as HTTP has it', async (s3) => {
    const { ETag: etag = '' } = await s3.client.send(
      new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'x', CacheControl: 'max-age=5' }),
    );
    const past = new Date(Date.now() - 3_600_000).toUTCString();
    const future = new Date(Date.now() + 3_600_000).toUTCString();
    for (const [headers, status] of [
      [{ 'if-match': etag }, 200],
      [{ 'if-match': '*' }, 200],
      [{ 'if-match': `"other", ${etag}` }, 200],
      [{ 'if-match': '"other"' }, 412],
      [{ 'if-none-match': etag }, 304],
      [{ 'if-none-match': '"other"' }, 200],
      [{ 'if-modified-since': past }, 200],
      [{ 'if-modified-since': future }, 304],
      [{ 'if-unmodified-since': past }, 412],
      [{ 'if-unmodified-since': future }, 200],
      // An entity tag outweighs the date beside it.
      [{ 'if-match': etag, 'if-unmodified-since': past }, 200],
      [{ 'if-none-match': '"other"', 'if-modified-since': future }, 200],
    ] as const) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await s3.signed({ method, path: encodePath(s3.bucket, 'k'), headers: { ...headers } });
        expect([method, headers, answer.status]).toEqual([method, headers, status]);
        if (status === 304) {
          expect(answer.text).toBe('');
          expect(answer.headers).toMatchObject({ etag, 'cache-control': 'max-age=5' });
        }
      }
    }
  });
}
