import { inflateRawSync } from 'node:zlib';
import { deflatedZeros } from '@cairn/ingest/src/testing/archives/deflated-zeros.ts';
import { zipBytes } from '@cairn/ingest/src/testing/archives/zip-bytes.ts';
import { aGltf, gltfBytes } from '@cairn/ingest/src/testing/models/gltf-documents.ts';
import { elfBytes, peBytes } from '@cairn/ingest/src/testing/programs/program-bytes.ts';
import { describe, expect, it, vi } from 'vitest';
import {
  anUpload,
  aPicture,
  aRegisteredUser,
  publish,
  sendAll,
  sha256Of,
  untilState,
  type UploadChanges,
} from './builders.ts';
import { apiUnderTest, expectProblem } from './client.ts';

const api = await apiUnderTest();

const SVG = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
);
const file = (path: string, bytes: Buffer): UploadChanges => ({ files: [{ path, bytes }], pictures: [] });
const picture = (path: string, bytes: Buffer, contentType: string): UploadChanges => ({
  pictures: [{ path, bytes, contentType }],
});
/** A gigabyte in a megabyte, which says that it is small. */
const bomb = () =>
  zipBytes({
    entries: [
      {
        name: 'small.txt',
        method: 'deflate',
        content: 'small',
        data: deflatedZeros(1_000, Buffer.from('small')),
      },
    ],
  });

type Case = readonly [what: string, code: string, field: string, make: () => Promise<UploadChanges>];
const CASES: readonly Case[] = [
  [
    'a zip whose entry climbs out',
    'archive.name_escapes',
    '/files/0/path',
    async () =>
      file('pack.zip', zipBytes({ entries: [{ name: '../../.ssh/authorized_keys', content: 'x' }] })),
  ],
  ['a zip bomb', 'archive.size_mismatch', '/files/0/path', async () => file('pack.zip', bomb())],
  [
    'a glTF that names a local file',
    'model.external_reference',
    '/files/0/path',
    async () => file('a.gltf', gltfBytes(aGltf({}, { 'images.0.uri': 'file:///etc/passwd' }))),
  ],
  [
    'a JPEG that ends too early',
    'picture.corrupt',
    '/pictures/0/content_type',
    async () => picture('cover.jpg', (await aPicture()).bytes.subarray(0, -500), 'image/jpeg'),
  ],
  [
    'an SVG that is called a PNG',
    'picture.unsupported_type',
    '/pictures/0/content_type',
    async () => picture('cover.png', SVG, 'image/png'),
  ],
  ['a Linux program', 'file.program', '/files/0/path', async () => file('model.glb', elfBytes())],
];

describe('what is hostile is refused, with its code, the field and a hint', () => {
  it.each(CASES)('%s: %s', async (_what, code, field, make) => {
    const owner = await aRegisteredUser(api);
    const upload = await anUpload(await make());
    const receipt = await api.declareUpload(owner.token, upload.declaration);
    await sendAll(upload, receipt);
    const ended = await untilState(api, owner.token, receipt.upload_id, 'rejected');
    const refusals = ended.files.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal]));
    expect(refusals).toMatchObject([
      { code, field, message: expect.stringMatching(/./), hint: expect.stringMatching(/./) },
    ]);
    const path = `/v1/assets/${receipt.asin}`;
    expectProblem(await api.call({ method: 'GET', path }), 404, 'asset.not_found');
  });
});

it('a zip with native libraries is published, says so, and each of its files can be fetched by itself', async () => {
  const texture = Buffer.from('wood '.repeat(400));
  const zip = zipBytes({
    entries: [
      { name: 'bin/plugin.dll', content: peBytes(), method: 'deflate' },
      { name: 'bin/plugin.so', content: elfBytes() },
      { name: 'textures/wood.txt', content: texture, method: 'deflate' },
    ],
  });
  const owner = await aRegisteredUser(api);
  const { asset } = await publish(api, owner, await anUpload(file('plugin.zip', zip)));
  const release = await api.release(asset.asin, '1.0.0');
  expect(release).toMatchObject({
    native_code: {
      count: 2,
      platforms: ['linux-x64', 'windows-x64'],
      files: [
        { path: expect.stringMatching(/plugin\.dll$/) },
        { path: expect.stringMatching(/plugin\.so$/) },
      ],
    },
  });

  const found = (platform: string) => api.search({ owner: owner.asin, platform });
  await vi.waitFor(async () => expect(await found('linux-x64')).toMatchObject({ total: 1 }), {
    timeout: 5_000,
  });
  expect(await found('macos-arm64')).toMatchObject({ total: 0 });

  const base = `/v1/assets/${asset.asin}/releases/1.0.0/files/${release.files[0]?.file_id}/entry`;
  const path = `${base}?path=${encodeURIComponent('textures/wood.txt')}`;
  const { status, body } = await api.call({ method: 'GET', path });
  expect(status).toBe(200);
  const grant = body as Record<'url' | 'range' | 'method' | 'sha256', string> & { size: number };
  const answer = await fetch(grant.url, { headers: { range: grant.range } });
  expect(answer.status).toBe(206);
  const packed = Buffer.from(await answer.arrayBuffer());
  expect(packed.length).toBeLessThan(texture.length);
  expect(grant.method).toBe('deflate');
  const content = inflateRawSync(packed);
  expect(content.equals(texture)).toBe(true);
  expect([content.length, sha256Of(content)]).toEqual([grant.size, grant.sha256]);
});
