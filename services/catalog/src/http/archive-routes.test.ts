import { beforeEach, describe, expect, it } from 'vitest';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import type { ReleaseFile } from '@cairn/shared/records/release-record';
import { newId } from '@cairn/shared/ids';
import { aFile, AT, sha256 } from '../testing/builders.ts';
import { memoryCatalog, SECRET_URL } from '../testing/memory-catalog.ts';

const MANIFEST_KEY = 'asset/release/file/1.manifest';
const ENTRIES = [
  {
    path: 'a/"quoted" \\ name.txt',
    size: 3,
    sha256: sha256('abc'),
    media_type: 'text/plain',
    offset: 40,
    length: 3,
    method: 'stored',
  },
  {
    path: 'empty',
    size: 0,
    sha256: sha256(''),
    media_type: 'text/plain',
    offset: 80,
    length: 0,
    method: 'stored',
  },
  {
    path: 'textures/Höhle.png',
    size: 900,
    sha256: sha256('png'),
    media_type: 'image/png',
    offset: 120,
    length: 70,
    method: 'deflate',
  },
] as const;
const MANIFEST = [{ format: 'zip', entries: 3, unpacked_bytes: 903 }, ...ENTRIES]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');

let catalog: ReturnType<typeof memoryCatalog>;
let asset: PublishedAsset;
let file: ReleaseFile;
let base: string;

async function publish(format: 'zip' | 'tar.gz' | undefined): Promise<void> {
  catalog = memoryCatalog();
  const archive = format && {
    format,
    manifest_key: MANIFEST_KEY,
    manifest_size: Buffer.byteLength(MANIFEST),
    manifest_sha256: sha256(MANIFEST),
    entries: 3,
    unpacked_bytes: 903,
  };
  const published = await catalog.publish({}, { path: 'pack.zip', media_type: 'application/zip', archive });
  catalog.manifests.set(MANIFEST_KEY, MANIFEST);
  asset = published.asset;
  file = published.release.files[0] ?? aFile();
  base = `/v1/assets/${asset.asin}/releases/1.0.0/files/${file.file_id}`;
}

const entryOf = (path: string, init?: RequestInit) =>
  catalog.request(`${base}/entry?path=${encodeURIComponent(path)}`, init);
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];

beforeEach(() => publish('zip'));

describe('a release', () => {
  it('shows what is in its archives, and no key', async () => {
    const answer = await catalog.request(`/v1/assets/${asset.asin}/releases/1.0.0`);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      native_code: null,
      files: [
        {
          archive: {
            format: 'zip',
            entries: 3,
            unpacked_bytes: 903,
            manifest_url: `https://api.test${base}/manifest`,
          },
          model: null,
        },
      ],
    });
    expect(text).not.toContain(MANIFEST_KEY);
  });

  it('shows native code and models before anything is downloaded', async () => {
    const native_code = {
      count: 1,
      platforms: ['linux-x64'],
      files: [{ path: 'a.so', platforms: ['linux-x64'] }],
    };
    const model = {
      format: 'glb',
      meshes: 1,
      triangles: 2,
      materials: 3,
      textures: 4,
      animations: 5,
    } as const;
    const published = await catalog.publish({}, { model });
    catalog.releases.put({ ...published.release, native_code });
    const answer = await catalog.request(`/v1/assets/${published.asset.asin}/releases/1.0.0`);
    expect(await answer.json()).toMatchObject({ native_code, files: [{ archive: null, model }] });
  });
});

describe('a manifest', () => {
  it('is granted like a download, as a redirect or as JSON, and counts as none', async () => {
    const redirect = await catalog.request(`${base}/manifest`);
    expect([redirect.status, redirect.headers.get('location')]).toEqual([302, SECRET_URL]);
    const json = await catalog.request(`${base}/manifest`, { headers: { accept: 'application/json' } });
    expect(await json.json()).toEqual({
      url: SECRET_URL,
      expires_at: AT,
      file_name: 'pack.zip.manifest.ndjson',
      size: Buffer.byteLength(MANIFEST),
      sha256: sha256(MANIFEST),
      media_type: 'application/x-ndjson',
      warning: null,
    });
    expect([redirect, json].map((answer) => answer.headers.get('cache-control'))).toEqual([
      'no-store',
      'no-store',
    ]);
    expect(catalog.grants).toEqual([]);
  });

  it('of a file that is no archive is 404', async () => {
    await publish(undefined);
    expect(await codeOf(await catalog.request(`${base}/manifest`))).toEqual([404, 'file.no_manifest']);
    expect(await codeOf(await entryOf('a'))).toEqual([404, 'file.no_manifest']);
  });
});

describe('one file of an archive', () => {
  it.each(ENTRIES)('is granted by its range: $path', async ({ path, offset, length, ...entry }) => {
    const answer = await entryOf(path);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await answer.json()).toEqual({
      path,
      url: SECRET_URL,
      range: length === 0 ? null : `bytes=${offset}-${offset + length - 1}`,
      expires_at: AT,
      ...entry,
    });
  });

  it('counts as a download of the archive (I13); HEAD and robots do not', async () => {
    await entryOf('empty');
    await entryOf('empty', { method: 'HEAD' });
    await entryOf('empty', { headers: { 'user-agent': 'Googlebot/2.1' } });
    await entryOf('missing');
    expect(catalog.grants.map(({ file_id }) => file_id)).toEqual([file.file_id]);
  });

  it.each(['missing', 'textures', 'textures/', 'empt', 'a/', '../empty'])(
    'that is not there is 404: %s',
    async (path) => {
      expect(await codeOf(await entryOf(path))).toEqual([404, 'archive.entry_not_found']);
    },
  );

  it('without a path is refused', async () => {
    expect(await codeOf(await catalog.request(`${base}/entry`))).toEqual([422, 'request.invalid']);
  });

  it('of a tar.gz cannot be had, and the answer says why', async () => {
    await publish('tar.gz');
    const answer = await entryOf('empty');
    expect(await answer.json()).toMatchObject({
      status: 409,
      code: 'archive.not_enterable',
      detail: expect.stringContaining('compressed as a whole'),
    });
    expect(catalog.grants).toEqual([]);
  });

  it('of a deleted asset is refused on the word of the table, whatever memory says (I6)', async () => {
    await catalog.assets.bury(asset, tombstoneOf(asset, newId('event'), AT));
    for (const path of [`${base}/manifest`, `${base}/entry?path=empty`]) {
      expect((await catalog.request(path)).status).toBe(404);
    }
  });

  it('leaves no address in the log (I11)', async () => {
    await entryOf('empty');
    expect(catalog.logLines.join('')).not.toContain('X-Amz-Signature');
  });
});
