import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { ReleaseFile } from '@cairn/shared/records/release-record';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import { AT } from '../testing/builders.ts';
import { memoryCatalog, SECRET_URL } from '../testing/memory-catalog.ts';

let catalog: ReturnType<typeof memoryCatalog>;
let asset: PublishedAsset;
let file: ReleaseFile;
let main: string;
let ofFile: string;

beforeEach(async () => {
  catalog = memoryCatalog();
  const published = await catalog.publish({}, { path: 'models/rüstung "1".glb' });
  asset = published.asset;
  const [first] = published.release.files;
  if (first === undefined) throw new Error('no file');
  file = first;
  main = `/v1/assets/${asset.asin}/download`;
  ofFile = `/v1/assets/${asset.asin}/releases/1.0.0/files/${file.file_id}/download`;
});

describe('a download', () => {
  it('is a redirect to the store that no cache keeps, for the main file and for any file', async () => {
    for (const path of [main, ofFile]) {
      const answer = await catalog.request(path);
      expect([answer.status, answer.headers.get('location')]).toEqual([302, SECRET_URL]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it('is JSON where that is asked for', async () => {
    const answer = await catalog.request(main, { headers: { accept: 'application/json' } });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await answer.json()).toEqual({
      url: SECRET_URL,
      expires_at: AT,
      file_name: 'rüstung "1".glb',
      size: file.size,
      sha256: file.sha256,
      media_type: file.media_type,
      warning: null,
    });
  });

  it.each([
    ['application/json', 200],
    ['text/html, application/json;q=0.8', 200],
    ['Application/JSON', 200],
    ['application/json;q=0', 302],
    ['*/*', 302],
    ['application/*', 302],
    ['application/jsonl', 302],
  ])('for Accept: %s is answered with %s', async (accept, status) => {
    expect((await catalog.request(main, { headers: { accept } })).status).toBe(status);
  });

  it('counts once for each answered GET, with what it was of and a client that tells nothing (I13)', async () => {
    await catalog.request(main, { headers: { 'x-forwarded-for': '192.0.2.7', 'user-agent': 'curl/8' } });
    expect(catalog.grants).toEqual([
      {
        id: expect.stringMatching(/^download_/),
        asin: asset.asin,
        release_id: asset.releases['1.0.0']?.release_id,
        version: '1.0.0',
        file_id: file.file_id,
        client: expect.stringMatching(/^[\w-]{22}$/),
        at: AT,
        sheet: 'sheet',
      },
    ]);
  });

  it('takes the client from the proxy that it trusts, whatever the client claims', async () => {
    for (const forwarded of ['198.51.100.1, 192.0.2.7', '203.0.113.9, 192.0.2.7', '192.0.2.8']) {
      await catalog.request(main, { headers: { 'x-forwarded-for': forwarded } });
    }
    const [a, b, c] = catalog.grants.map((grant) => grant.client);
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });

  it('is not counted for HEAD, for robots and for what is refused', async () => {
    const head = await catalog.request(main, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([302, '']);
    await catalog.request(main, { headers: { 'user-agent': 'Googlebot/2.1' } });
    await catalog.request(`/v1/assets/${newId('asset')}/download`);
    expect(catalog.grants).toEqual([]);
  });

  it('is refused on the word of the table, whatever memory says (I6, I12)', async () => {
    await catalog.assets.bury(asset, tombstoneOf(asset, newId('event'), AT));
    expect(catalog.replica.get(asset.asin)).toBeDefined();
    for (const path of [main, ofFile]) expect((await catalog.request(path)).status).toBe(404);
  });

  it.each([
    ['an unknown asset', () => main.replace(asset.asin, newId('asset')), 'asset.not_found'],
    ['an unknown release', () => ofFile.replace('1.0.0', '3.0.0'), 'release.not_found'],
    ['an unknown file', () => ofFile.replace(file.file_id, newId('file')), 'file.not_found'],
  ])('of %s is 404', async (_what, path, code) => {
    const answer = await catalog.request(path());
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, code]);
  });

  it("of one asset's file under another one's path is 404", async () => {
    const other = await catalog.publish();
    const answer = await catalog.request(ofFile.replace(asset.asin, other.asset.asin));
    expect(answer.status).toBe(404);
  });

  it('leaves no address in the log (I11)', async () => {
    await catalog.request(main);
    await catalog.request(ofFile, { headers: { accept: 'application/json' } });
    expect(catalog.logLines.length).toBeGreaterThan(1);
    expect(catalog.logLines.join('')).not.toContain('X-Amz-Signature');
  });
});
