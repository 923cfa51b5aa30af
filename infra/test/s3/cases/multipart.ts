import { createHash } from 'node:crypto';

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
  type CreateMultipartUploadCommandInput,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';

import { expectS3Error, type Check, type Harness } from '../target.ts';

const MIN_PART = 5 * 1024 * 1024;

async function begin(s3: Harness, Key: string, input: Partial<CreateMultipartUploadCommandInput> = {}) {
  const at = { Bucket: s3.bucket, Key };
  const { UploadId = '' } = await s3.client.send(new CreateMultipartUploadCommand({ ...at, ...input }));
  const upload = { ...at, UploadId };
  return {
    at,
    upload,
    async part(PartNumber: number, Body: string | Buffer) {
      const answer = await s3.client.send(
        new UploadPartCommand({
          ...upload,
          PartNumber,
          Body,
          ...(input.ChecksumAlgorithm && { ChecksumAlgorithm: input.ChecksumAlgorithm }),
        }),
      );
      return { PartNumber, ETag: answer.ETag } satisfies CompletedPart;
    },
    complete: (Parts: CompletedPart[], conditions: { IfNoneMatch?: string } = {}) =>
      s3.client.send(
        new CompleteMultipartUploadCommand({ ...upload, ...conditions, MultipartUpload: { Parts } }),
      ),
    parts: (input: { MaxParts?: number; PartNumberMarker?: string } = {}) =>
      s3.client.send(new ListPartsCommand({ ...upload, ...input })),
  };
}

export function multipartCases(check: Check): void {
  check('parts become one object with an ETag of its own kind', async (s3) => {
    const uploading = await begin(s3, 'big', { ContentType: 'text/x-big', Metadata: { a: 'b' } });
    const first = Buffer.alloc(MIN_PART, 'first');
    const second = Buffer.alloc(MIN_PART + 3, 'second');
    const parts = [
      await uploading.part(1, first),
      await uploading.part(7, second),
      await uploading.part(9, 'tail'),
    ];
    const done = await uploading.complete(parts);
    const md5s = [first, second, 'tail'].map((data) => createHash('md5').update(data).digest());
    const etag = `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-3"`;
    expect(done).toMatchObject({ Bucket: s3.bucket, Key: 'big', ETag: etag });

    const got = await s3.client.send(new GetObjectCommand(uploading.at));
    const whole = Buffer.concat([first, second, Buffer.from('tail')]);
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(whole)).toBe(true);
    expect(got).toMatchObject({ ETag: etag, ContentType: 'text/x-big', Metadata: { a: 'b' } });
    for (const [start, end] of [
      [MIN_PART - 2, MIN_PART + 2],
      [MIN_PART - 1, MIN_PART + MIN_PART + 4],
      [whole.length - 5, whole.length - 1],
    ] as const) {
      const range = await s3.client.send(
        new GetObjectCommand({ ...uploading.at, Range: `bytes=${start}-${end}` }),
      );
      const bytes = Buffer.from((await range.Body?.transformToByteArray()) ?? []);
      expect(bytes.equals(whole.subarray(start, end + 1))).toBe(true);
    }
  });

  check('an upload in parts is not visible before it is completed', async (s3) => {
    const uploading = await begin(s3, 'pending');
    const part = await uploading.part(1, 'x');
    await expectS3Error(s3.client.send(new HeadObjectCommand(uploading.at)), 'NotFound', 404);
    await uploading.complete([part]);
    expect((await s3.client.send(new HeadObjectCommand(uploading.at))).ContentLength).toBe(1);
  });

  check('ListParts tells the parts, by pages, the last one of each number', async (s3) => {
    const uploading = await begin(s3, 'parts');
    for (const number of [3, 1, 2]) await uploading.part(number, `part ${number}`);
    const replaced = await uploading.part(2, 'another');
    const all = await uploading.parts();
    expect(all.Parts?.map((part) => [part.PartNumber, part.Size])).toEqual([
      [1, 6],
      [2, 7],
      [3, 6],
    ]);
    expect(all.Parts?.[1]?.ETag).toBe(replaced.ETag);
    const page = await uploading.parts({ MaxParts: 2 });
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
    const rest = await uploading.parts({ MaxParts: 2, PartNumberMarker: '2' });
    expect(rest).toMatchObject({ IsTruncated: false });
    expect(rest.Parts?.map((part) => part.PartNumber)).toEqual([3]);
  });

  check('Complete verifies order, entity tags, sizes and that there are parts', async (s3) => {
    const uploading = await begin(s3, 'strict');
    const one = await uploading.part(1, 'short');
    const two = await uploading.part(2, 'also short');
    await expectS3Error(uploading.complete([two, one]), 'InvalidPartOrder', 400);
    await expectS3Error(uploading.complete([one, one]), 'InvalidPartOrder', 400);
    await expectS3Error(uploading.complete([{ ...one, ETag: two.ETag }]), 'InvalidPart', 400);
    await expectS3Error(uploading.complete([one, { PartNumber: 5, ETag: one.ETag }]), 'InvalidPart', 400);
    await expectS3Error(uploading.complete([one, two]), 'EntityTooSmall', 400);
    await expectS3Error(uploading.complete([]), 'MalformedXML', 400);
    await expectS3Error(s3.client.send(new HeadObjectCommand(uploading.at)), 'NotFound', 404);
    await uploading.complete([two]);
  });

  check('a repeated Complete gives the same answer, one with other parts does not', async (s3) => {
    const uploading = await begin(s3, 'repeated');
    const part = await uploading.part(1, 'x');
    const first = await uploading.complete([part], { IfNoneMatch: '*' });
    const again = await uploading.complete([part], { IfNoneMatch: '*' });
    expect(again.ETag).toBe(first.ETag);
    await expectS3Error(uploading.complete([{ PartNumber: 2, ETag: part.ETag }]), 'NoSuchUpload', 404);
  });

  check('parallel Completes make one object and answer alike', async (s3) => {
    const uploading = await begin(s3, 'parallel');
    const parts = [await uploading.part(1, Buffer.alloc(MIN_PART)), await uploading.part(2, 'tail')];
    const answers = await Promise.all(Array.from({ length: 8 }, () => uploading.complete(parts)));
    expect(new Set(answers.map((answer) => answer.ETag)).size).toBe(1);
    const head = await s3.client.send(new HeadObjectCommand(uploading.at));
    expect(head).toMatchObject({ ETag: answers[0]?.ETag, ContentLength: MIN_PART + 4 });
  });

  check('Complete with If-None-Match: * does not overwrite, and the upload stays', async (s3) => {
    const uploading = await begin(s3, 'taken');
    const part = await uploading.part(1, 'mine');
    await s3.client.send(new PutObjectCommand({ ...uploading.at, Body: 'theirs' }));
    await expectS3Error(uploading.complete([part], { IfNoneMatch: '*' }), 'PreconditionFailed', 412);
    expect((await uploading.parts()).Parts).toHaveLength(1);
    await uploading.complete([part]);
    const got = await s3.client.send(new GetObjectCommand(uploading.at));
    expect(await got.Body?.transformToString()).toBe('mine');
  });

  check('an aborted upload is gone, and so is one that never was', async (s3) => {
    const uploading = await begin(s3, 'aborted');
    const part = await uploading.part(1, 'x');
    const abort = () => s3.client.send(new AbortMultipartUploadCommand(uploading.upload));
    await abort();
    await expectS3Error(uploading.part(2, 'y'), 'NoSuchUpload', 404);
    await expectS3Error(uploading.complete([part]), 'NoSuchUpload', 404);
    await expectS3Error(uploading.parts(), 'NoSuchUpload', 404);
    await expectS3Error(abort(), 'NoSuchUpload', 404);
  });

  check('an upload belongs to its key', async (s3) => {
    const uploading = await begin(s3, 'here');
    await expectS3Error(
      s3.client.send(new ListPartsCommand({ ...uploading.upload, Key: 'elsewhere' })),
      'NoSuchUpload',
      404,
    );
  });

  check('ListMultipartUploads tells open uploads, by pages', async (s3) => {
    const keys = ['a', 'b', 'c/1', 'c/2'];
    for (const key of keys) await begin(s3, key);
    const done = await begin(s3, 'done');
    await done.complete([await done.part(1, 'x')]);
    const listUploads = (input: object = {}) =>
      s3.client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket, ...input }));
    expect((await listUploads()).Uploads?.map((upload) => upload.Key)).toEqual(keys);
    expect((await listUploads({ Prefix: 'c/' })).Uploads).toHaveLength(2);
    const page = await listUploads({ MaxUploads: 3 });
    expect(page.IsTruncated).toBe(true);
    const rest = await listUploads({
      KeyMarker: page.NextKeyMarker,
      UploadIdMarker: page.NextUploadIdMarker,
    });
    expect(rest.Uploads?.map((upload) => upload.Key)).toEqual(['c/2']);
  });

  check('UploadPartCopy takes a part from another object, whole or a range of it', async (s3) => {
    const source = { Bucket: s3.bucket, Key: 'source' };
    await s3.client.send(new PutObjectCommand({ ...source, Body: '0123456789' }));
    const uploading = await begin(s3, 'assembled');
    const copy = (CopySourceRange?: string) =>
      s3.client.send(
        new UploadPartCopyCommand({
          ...uploading.upload,
          PartNumber: 1,
          CopySource: `${s3.bucket}/source`,
          ...(CopySourceRange !== undefined && { CopySourceRange }),
        }),
      );
    await expectS3Error(copy('bytes=5-10'), 'InvalidArgument', 400);
    await copy();
    const { CopyPartResult } = await copy('bytes=2-5');
    await uploading.complete([{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    const got = await s3.client.send(new GetObjectCommand(uploading.at));
    expect(await got.Body?.transformToString()).toBe('2345');
  });

  check('the checksum of an upload in parts is composed of theirs', async (s3) => {
    const uploading = await begin(s3, 'summed', { ChecksumAlgorithm: 'SHA256' });
    const first = Buffer.alloc(MIN_PART, 7);
    const parts = [await uploading.part(1, first), await uploading.part(2, 'tail')];
    const sums = [first, 'tail'].map((data) => createHash('sha256').update(data).digest());
    await uploading.complete(
      parts.map(({ PartNumber, ETag }, index) => ({
        PartNumber,
        ETag,
        ChecksumSHA256: sums[index]?.toString('base64'),
      })),
    );
    const head = await s3.client.send(new HeadObjectCommand({ ...uploading.at, ChecksumMode: 'ENABLED' }));
    const composed = createHash('sha256').update(Buffer.concat(sums)).digest('base64');
    expect(head.ChecksumSHA256).toBe(`${composed}-2`);
  });

  check('a part that does not match its checksum is not stored', async (s3) => {
    const uploading = await begin(s3, 'corrupt');
    await expectS3Error(
      s3.client.send(
        new UploadPartCommand({ ...uploading.upload, PartNumber: 1, Body: 'x', ChecksumCRC32: 'AAAAAA==' }),
      ),
      'BadDigest',
      400,
    );
    expect((await uploading.parts()).Parts ?? []).toEqual([]);
  });

  check('part numbers go from 1 to 10,000', async (s3) => {
    const uploading = await begin(s3, 'numbers');
    await uploading.part(10_000, 'x');
    await expectS3Error(uploading.part(10_001, 'x'), 'InvalidArgument', 400);
    await expectS3Error(uploading.part(0, 'x'), 'InvalidArgument', 400);
  });
}
