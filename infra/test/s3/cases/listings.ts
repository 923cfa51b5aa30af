import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type ListObjectsV2CommandInput,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';

import { expectS3Error, type Check, type Harness } from '../target.ts';

async function putAll(s3: Harness, keys: readonly string[]) {
  await Promise.all(
    keys.map((Key) => s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: Key }))),
  );
}

/** Walks all pages. */
async function list(s3: Harness, input: Omit<ListObjectsV2CommandInput, 'Bucket'> = {}) {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let pages = 0;
  let token: string | undefined;
  do {
    const page = await s3.client.send(
      new ListObjectsV2Command({
        ...input,
        Bucket: s3.bucket,
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    keys.push(...(page.Contents ?? []).map((object) => object.Key ?? ''));
    prefixes.push(...(page.CommonPrefixes ?? []).map((common) => common.Prefix ?? ''));
    expect(page.KeyCount).toBe((page.Contents?.length ?? 0) + (page.CommonPrefixes?.length ?? 0));
    token = page.NextContinuationToken;
    expect(page.IsTruncated).toBe(token !== undefined);
    pages += 1;
  } while (token !== undefined);
  return { keys, prefixes, pages };
}

export function listingCases(check: Check): void {
  check('a listing is in the order of UTF-8 bytes', async (s3) => {
    const keys = ['\u{1f600}', '\uffee', 'z', 'a/b', 'a', 'Z', 'ä', 'a//b', '\ue000', 'a b', '..'];
    await putAll(s3, keys);
    const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect((await list(s3)).keys).toEqual(sorted);
    expect((await list(s3, { MaxKeys: 1 })).keys).toEqual(sorted);
  });

  check('prefix and delimiter group keys like folders', async (s3) => {
    await putAll(s3, ['a', 'p/1', 'p/2', 'p/q/1', 'p/q/2', 'p/r/1', 'p', 'z']);
    expect(await list(s3, { Delimiter: '/' })).toMatchObject({ keys: ['a', 'p', 'z'], prefixes: ['p/'] });
    expect(await list(s3, { Prefix: 'p/', Delimiter: '/' })).toMatchObject({
      keys: ['p/1', 'p/2'],
      prefixes: ['p/q/', 'p/r/'],
    });
    expect((await list(s3, { Prefix: 'p/q' })).keys).toEqual(['p/q/1', 'p/q/2']);
    expect(await list(s3, { Prefix: 'nothing' })).toMatchObject({ keys: [], prefixes: [] });
  });

  check('pages of a grouped listing neither repeat nor skip', async (s3) => {
    await putAll(s3, ['a', 'b/1', 'b/2', 'b/3', 'c/1', 'd', 'e/1', 'e/2']);
    for (const MaxKeys of [1, 2, 3]) {
      expect(await list(s3, { Delimiter: '/', MaxKeys })).toMatchObject({
        keys: ['a', 'd'],
        prefixes: ['b/', 'c/', 'e/'],
        pages: Math.ceil(5 / MaxKeys),
      });
    }
  });

  check('start-after skips what sorts before, and a listing of nothing is empty', async (s3) => {
    expect((await list(s3)).keys).toEqual([]);
    await putAll(s3, ['a', 'b', 'c']);
    expect((await list(s3, { StartAfter: 'a' })).keys).toEqual(['b', 'c']);
    const none = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket, MaxKeys: 0 }));
    expect(none).toMatchObject({ IsTruncated: false, KeyCount: 0 });
  });

  check('encoding-type=url encodes keys and prefixes', async (s3) => {
    await putAll(s3, ['a b/+ä&%/x', 'a b/y']);
    const answer = await s3.client.send(
      new ListObjectsV2Command({ Bucket: s3.bucket, EncodingType: 'url', Prefix: 'a b/', Delimiter: '/' }),
    );
    expect(answer).toMatchObject({ EncodingType: 'url', Prefix: 'a+b/' });
    expect(answer.Contents?.map((object) => object.Key)).toEqual(['a+b/y']);
    expect(answer.CommonPrefixes?.map((common) => common.Prefix)).toEqual(['a+b/%2B%C3%A4%26%25/']);
  });

  check('keys with control characters are listed with encoding-type=url', async (s3) => {
    await putAll(s3, ['tab\there', 'bell\u0007', 'line\nfeed', 'return\r']);
    const { keys } = await list(s3, { EncodingType: 'url' });
    expect(keys).toEqual(['bell%07', 'line%0Afeed', 'return%0D', 'tab%09here']);
  });

  check('a token or limit that makes no sense is refused', async (s3) => {
    const input = { Bucket: s3.bucket };
    await expectS3Error(
      s3.client.send(new ListObjectsV2Command({ ...input, ContinuationToken: 'nonsense' })),
      'InvalidArgument',
      400,
    );
    await expectS3Error(
      s3.client.send(new ListObjectsV2Command({ ...input, MaxKeys: -1 })),
      'InvalidArgument',
      400,
    );
  });

  check('deleted objects leave the listing', async (s3) => {
    const keys = Array.from({ length: 30 }, (_, index) => `k${String(index).padStart(2, '0')}`);
    await putAll(s3, keys);
    await s3.client.send(
      new DeleteObjectsCommand({
        Bucket: s3.bucket,
        Delete: { Objects: keys.filter((_, index) => index % 3 > 0).map((Key) => ({ Key })) },
      }),
    );
    expect((await list(s3, { MaxKeys: 4 })).keys).toEqual(keys.filter((_, index) => index % 3 === 0));
  });
}
