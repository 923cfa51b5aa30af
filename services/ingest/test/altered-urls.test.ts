import { newId } from '@cairn/shared/ids';
import { createS3Client } from '@cairn/shared/aws/clients';
import { buckets } from '@cairn/infra/resources';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3IncomingStore } from '../src/adapters/s3-incoming-store.ts';
import { aFile, anUpload, sha256 } from '../src/testing/builders.ts';
import type { Receipt } from '../src/http/upload-schemas.ts';
import { aBody, startIngest, type IngestUnderTest } from './service.harness.ts';

type Put = NonNullable<Receipt['files'][number]['put']>;

const SMALL = Buffer.from('abc');
const LARGE = Buffer.alloc(2_000, 'cairn');
let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest({ MULTIPART_THRESHOLD_BYTES: '1000' });
});
afterAll(() => ingest.close());

interface Sent {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly without?: string;
  readonly body?: Buffer<ArrayBuffer>;
}

/** What the client was given, changed in one way. */
async function sendChanged(put: Put, body: Buffer<ArrayBuffer>, change: Sent): Promise<number> {
  const { 'content-length': _, ...given } = put.headers;
  const headers = new Headers({ ...given, ...change.headers });
  if (change.without !== undefined) headers.delete(change.without);
  const answer = await fetch(change.url ?? put.url, {
    method: change.method ?? 'PUT',
    headers,
    body: change.body ?? body,
  });
  await answer.body?.cancel();
  return answer.status;
}

async function anUploadOf(bytes: Buffer) {
  const user = await ingest.aUser();
  const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes }]));
  const [file] = receipt.files;
  const urls = async () => {
    const path = `/v1/uploads/${receipt.upload_id}/files/${file?.file_id}/urls`;
    const answer = await ingest.app.request(path, { headers: user.headers });
    return (await answer.json()) as { put?: Put; parts: { put: Put }[] };
  };
  return { user, receipt, file, urls };
}

async function aPut(): Promise<Put> {
  const { file } = await anUploadOf(SMALL);
  if (file?.put === undefined) throw new Error('the receipt has no PUT');
  return file.put;
}

async function aPartPut(): Promise<Put> {
  const { urls } = await anUploadOf(LARGE);
  const put = (await urls()).parts[0]?.put;
  if (put === undefined) throw new Error('there is no PUT for the part');
  return put;
}

const withQuery = (url: string, name: string, value: string): string => {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed.href;
};
const inPath = (url: string, from: RegExp, to: string): string => {
  const changed = new URL(url);
  changed.pathname = changed.pathname.replace(from, to);
  return changed.href;
};

type Change = (put: Put) => Sent | Promise<Sent>;
const OF_BOTH: [string, Change][] = [
  ['another bucket', (put) => ({ url: inPath(put.url, /cairn-incoming/, buckets.assets.name) })],
  ['another key', (put) => ({ url: inPath(put.url, /upload_[^/]+/, newId('upload')) })],
  ['another file of the upload', (put) => ({ url: inPath(put.url, /file_[^/]+/, newId('file')) })],
  ['another method', () => ({ method: 'POST' })],
  ['the method that removes', () => ({ method: 'DELETE' })],
  ['a longer body', () => ({ body: Buffer.alloc(5_000) })],
  ['a shorter body', () => ({ body: Buffer.alloc(1) })],
  ['no body', () => ({ body: Buffer.alloc(0) })],
  ['a longer life', (put) => ({ url: withQuery(put.url, 'X-Amz-Expires', '604800') })],
  ['a later date', (put) => ({ url: withQuery(put.url, 'X-Amz-Date', '20991122T120000Z') })],
  ['fewer signed headers', (put) => ({ url: withQuery(put.url, 'X-Amz-SignedHeaders', 'host') })],
  ['public access', () => ({ headers: { 'x-amz-acl': 'public-read' } })],
  ['metadata', () => ({ headers: { 'x-amz-meta-upload-id': newId('upload') } })],
  ['a redirect', () => ({ headers: { 'x-amz-website-redirect-location': 'https://example.org/' } })],
  ['another storage class', () => ({ headers: { 'x-amz-storage-class': 'GLACIER' } })],
  ['a copy of something else', () => ({ headers: { 'x-amz-copy-source': `/${buckets.assets.name}/a` } })],
  ['no signature', (put) => ({ url: put.url.split('?')[0] ?? '' })],
];

describe('a presigned PUT of a file', () => {
  it.each<[string, Change]>([
    ...OF_BOTH,
    ['other bytes', () => ({ body: Buffer.from('abd') })],
    ['another type', () => ({ headers: { 'content-type': 'text/html' } })],
    [
      'another checksum with its bytes',
      () => ({
        headers: {
          'x-amz-checksum-sha256': Buffer.from(sha256(Buffer.from('abd')), 'hex').toString('base64'),
        },
        body: Buffer.from('abd'),
      }),
    ],
    ['no checksum', () => ({ without: 'x-amz-checksum-sha256' })],
    ['leave to overwrite', () => ({ without: 'if-none-match' })],
  ])('with %s is refused, and as it was given it works', async (_, change) => {
    const put = await aPut();
    expect([400, 403, 405, 411]).toContain(await sendChanged(put, SMALL, await change(put)));
    expect(await sendChanged(put, SMALL, {})).toBe(200);
    // Now it is there, and the same URL overwrites nothing; or it has been inspected and is gone.
    expect([412, 200]).toContain(await sendChanged(put, SMALL, {}));
  });

  it('can be asked for again, and the old one stays good', async () => {
    const { file, urls } = await anUploadOf(SMALL);
    const again = (await urls()).put;
    if (file?.put === undefined || again === undefined) throw new Error('there is no PUT');
    expect(await sendChanged(again, SMALL, {})).toBe(200);
    expect([412, 200]).toContain(await sendChanged(file.put, SMALL, {}));
    expect((await urls()).put).toBeUndefined();
  });
});

describe('a presigned PUT of a part', () => {
  it.each<[string, Change]>([
    ...OF_BOTH,
    ['another part', (put) => ({ url: withQuery(put.url, 'partNumber', '2') })],
    ['part 0', (put) => ({ url: withQuery(put.url, 'partNumber', '0') })],
    ['part 10,001', (put) => ({ url: withQuery(put.url, 'partNumber', '10001') })],
    [
      "the sending of somebody else's upload",
      async (put) => {
        const theirs = new URL((await aPartPut()).url).searchParams.get('uploadId') ?? '';
        return { url: withQuery(put.url, 'uploadId', theirs) };
      },
    ],
    [
      'no part at all, as a PUT of a whole object',
      (put) => {
        const url = new URL(put.url);
        url.searchParams.delete('partNumber');
        url.searchParams.delete('uploadId');
        return { url: url.href };
      },
    ],
  ])('with %s is refused, and as it was given it works, again and again', async (_, change) => {
    const put = await aPartPut();
    expect([400, 403, 405, 411]).toContain(await sendChanged(put, LARGE, await change(put)));
    expect(await sendChanged(put, LARGE, {})).toBe(200);
    expect(await sendChanged(put, LARGE, {})).toBe(200);
  });

  it('is never given for part 0 or a part beyond the end', async () => {
    const { user, receipt, file } = await anUploadOf(LARGE);
    const ask = async (from: number) =>
      ingest.app.request(`/v1/uploads/${receipt.upload_id}/files/${file?.file_id}/urls?from=${from}`, {
        headers: user.headers,
      });
    expect((await ask(0)).status).toBe(422);
    expect((await ask(10_001)).status).toBe(422);
    expect(await (await ask(2)).json()).toMatchObject({ parts: [] });
  });
});

it('a URL of either kind is refused once its time has passed', async () => {
  const upload = anUpload();
  const file = aFile(upload, { size: SMALL.length, sha256: sha256(SMALL) });
  const s3 = createS3Client();
  const at = (ageSeconds: number) =>
    s3IncomingStore({
      s3,
      publicS3: s3,
      incomingBucket: buckets.incoming.name,
      assetsBucket: buckets.assets.name,
      now: () => new Date(Date.now() - ageSeconds * 1_000),
    });
  const storeId = await at(0).beginParts(file);
  const part = { partNumber: 1, offset: 0, size: SMALL.length };
  for (const [age, status] of [
    [3_700, 403],
    [3_500, 200],
  ] as const) {
    const store = at(age);
    const puts = [await store.presignPart(file, storeId, part, 3_600), await store.presignPut(file, 3_600)];
    for (const { url, headers } of puts) {
      const put = { method: 'PUT' as const, url, headers: { ...headers }, expires_at: '' };
      expect(await sendChanged(put, SMALL, {})).toBe(status);
    }
  }
  await at(0).abortParts(file, storeId);
});

it('I2: nothing that was refused has left an object anywhere', async () => {
  for (const bucket of [buckets.assets.name, buckets.media.name]) {
    const { Contents = [] } = await ingest.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(Contents.filter(({ Size }) => Size !== SMALL.length)).toEqual([]);
  }
});
