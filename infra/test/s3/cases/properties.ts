import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { array, assert, asyncProperty, constantFrom, integer, oneof, string, uniqueArray } from 'fast-check';
import { expect } from 'vitest';

import type { Check } from '../target.ts';

const NASTY = [
  '/',
  '//',
  '.',
  '..',
  '/../',
  '%2F',
  '%',
  '+',
  ' ',
  '\\',
  '\u{1f600}',
  'ä',
  '\uffff',
  '?',
  '#',
  '&',
];

const key = array(oneof(constantFrom(...NASTY), string({ unit: 'grapheme', minLength: 1, maxLength: 8 })), {
  minLength: 1,
  maxLength: 12,
})
  .map((parts) => parts.join(''))
  .filter((text) => text.isWellFormed() && Buffer.byteLength(text) <= 1024);

function formDecode(encoded: string | undefined): string {
  return decodeURIComponent((encoded ?? '').replaceAll('+', ' '));
}

export function propertyCases(check: Check): void {
  check('any keys come back with their own bytes, and are listed in order, page by page', async (s3) => {
    const Bucket = s3.bucket;
    await assert(
      asyncProperty(
        uniqueArray(key, { minLength: 1, maxLength: 8 }),
        integer({ min: 1, max: 4 }),
        async (keys, MaxKeys) => {
          await Promise.all(
            keys.map((Key) => s3.client.send(new PutObjectCommand({ Bucket, Key, Body: `body of ${Key}` }))),
          );
          for (const Key of keys) {
            const got = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
            expect(await got.Body?.transformToString()).toBe(`body of ${Key}`);
          }
          const listed: string[] = [];
          let ContinuationToken: string | undefined;
          do {
            const page = await s3.client.send(
              new ListObjectsV2Command({
                Bucket,
                MaxKeys,
                EncodingType: 'url',
                ...(ContinuationToken !== undefined && { ContinuationToken }),
              }),
            );
            listed.push(...(page.Contents ?? []).map((object) => formDecode(object.Key)));
            ContinuationToken = page.NextContinuationToken;
          } while (ContinuationToken !== undefined);
          expect(listed).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
          await s3.client.send(
            new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
          );
          const after = await s3.client.send(new ListObjectsV2Command({ Bucket }));
          expect(after.KeyCount).toBe(0);
        },
      ),
      { numRuns: 25 },
    );
  });
}
