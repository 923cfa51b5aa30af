import { inflateRawSync } from 'node:zlib';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { assetRecord } from '@cairn/shared/records/asset-record';
import { releaseRecord } from '@cairn/shared/records/release-record';
import { buckets, tables } from '@cairn/infra/resources';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzipBytes, tarBytes } from '../src/testing/archives/tar-bytes.ts';
import { zipBytes } from '../src/testing/archives/zip-bytes.ts';
import { peBytes } from '../src/testing/programs/program-bytes.ts';
import { aBody, send, startIngest, type IngestUnderTest } from './service.harness.ts';
import { sha256 } from './support/inspecting.ts';

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest();
});
afterAll(() => ingest.close());

async function upload(path: string, bytes: Buffer) {
  const user = await ingest.aUser();
  const content = Buffer.from(bytes);
  const receipt = await ingest.declare(user, aBody([{ path, bytes: content }]));
  expect((await send(receipt.files[0]?.put, content)).status).toBe(200);
  return await ingest.outcome(user, receipt.upload_id);
}

async function releaseOf(asin: string) {
  const asset = await ingest.document.send(new GetCommand({ TableName: tables.assets.name, Key: { asin } }));
  const record = assetRecord.parse(asset.Item);
  if (record.status !== 'published') throw new Error('not published');
  const summary = record.releases['1.0.0'];
  const Key = { asin, release_id: summary?.release_id };
  const { Item } = await ingest.document.send(new GetCommand({ TableName: tables.releases.name, Key }));
  return { summary, release: releaseRecord.parse(Item) };
}

async function read(Key: string, Range?: string): Promise<Buffer> {
  const { Body } = await ingest.s3.send(new GetObjectCommand({ Bucket: buckets.assets.name, Key, Range }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

interface Line {
  path: string;
  size: number;
  sha256: string;
  offset: number;
  length: number;
  method: string;
  native_code?: unknown;
}

async function linesOf(key: string): Promise<Line[]> {
  const [, ...lines] = (await read(key)).toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

describe('an archive through the real stores', () => {
  it.each([
    [
      'zip',
      () =>
        zipBytes({
          entries: [
            { name: 'Textures/Wood.txt', content: 'wood '.repeat(400), method: 'deflate' },
            { name: 'bin/plugin.dll', content: peBytes(), method: 'stored' },
          ],
        }),
    ],
    [
      'tar',
      () =>
        tarBytes([
          { name: 'Textures/Wood.txt', content: 'wood '.repeat(400) },
          { name: 'bin/plugin.dll', content: peBytes() },
        ]),
    ],
  ])(
    'in %s is published with a manifest by which each of its files can be fetched by itself',
    async (format, make) => {
      const done = await upload(`pack.${format}`, make());
      expect(done.state).toBe('published');
      const { release, summary } = await releaseOf(done.asin);
      const [file] = release.files;
      expect(file?.archive).toMatchObject({ format, entries: 2 });
      expect(summary).toMatchObject({ formats: [format], platforms: ['windows-x64'] });
      expect(release.native_code).toMatchObject({ count: 1, platforms: ['windows-x64'] });
      expect(release.file_words).toContain('wood');
      const lines = await linesOf(file?.archive?.manifest_key ?? '');
      expect(lines.map(({ path }) => path)).toEqual(['Textures/Wood.txt', 'bin/plugin.dll']);
      for (const { offset, length, method, size, sha256: hash } of lines) {
        const range = await read(file?.key ?? '', `bytes=${offset}-${offset + length - 1}`);
        const content = method === 'deflate' ? inflateRawSync(range) : range;
        expect([content.byteLength, sha256(content)]).toEqual([size, hash]);
      }
    },
  );

  it('in tar.gz is published with a manifest that gives no ranges', async () => {
    const done = await upload('pack.tgz', gzipBytes(tarBytes([{ name: 'a.txt', content: 'a' }])));
    expect(done.state).toBe('published');
    const { release } = await releaseOf(done.asin);
    const [line] = await linesOf(release.files[0]?.archive?.manifest_key ?? '');
    expect(line).toMatchObject({ path: 'a.txt', size: 1 });
    expect(line).not.toHaveProperty('offset');
  });

  it.each([
    ['plugin.bin', () => peBytes(), 'file.program'],
    ['pack.zip', () => zipBytes({ entries: [{ name: '../a.txt', content: 'a' }] }), 'archive.name_escapes'],
    [
      'self-extracting.zip',
      () =>
        Buffer.concat([Buffer.from('in front of it'), zipBytes({ entries: [{ name: 'a', content: 'a' }] })]),
      'archive.extra_data',
    ],
    [
      'cut.zip',
      () => zipBytes({ entries: [{ name: 'a.txt', content: 'a' }] }).subarray(0, 60),
      'archive.incomplete',
    ],
    [
      'app.zip',
      () =>
        zipBytes({
          entries: [
            { name: 'AndroidManifest.xml', content: 'x' },
            { name: 'classes.dex', content: 'x' },
          ],
        }),
      'file.program',
    ],
  ])('is refused with its reason: %s', async (path, make, code) => {
    const done = await upload(path, make());
    expect(done.state).toBe('rejected');
    const { refusal } = done.files[0] ?? {};
    expect(refusal).toMatchObject({
      code,
      field: expect.stringContaining('/files/0'),
      hint: expect.any(String),
    });
  });
});
