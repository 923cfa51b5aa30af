import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { aFile, aRelease, AT } from '../testing/builders.ts';
import { memoryCatalog, SECRET_URL } from '../testing/memory-catalog.ts';
import { jsonClient } from '../testing/requests.ts';

let catalog: ReturnType<typeof memoryCatalog>;
let send: ReturnType<typeof jsonClient>;
let asset: PublishedAsset;
let fileIds: Record<string, string>;
const of = (suffix: string) => `/v1/assets/${asset.asin}${suffix}`;
const stored = async () => (await catalog.assets.get(asset.asin)) as PublishedAsset;
const found = async () => (await send('GET', '/v1/assets')).json.total;
const yank = (version: string, reason = 'Broken.') =>
  send('PUT', of(`/releases/${version}/yank`), { as: asset.user_id, body: { reason } });
const unyank = (version: string) => send('DELETE', of(`/releases/${version}/yank`), { as: asset.user_id });
const remove = (version: string, as: string | undefined = asset.user_id) =>
  send('DELETE', of(`/releases/${version}`), { as });

/** 1.0.0 for engine 3, 2.0.0 for engine 4, and a pre-release for engine 5. */
beforeEach(async () => {
  catalog = memoryCatalog();
  send = jsonClient(catalog);
  const engines = { '1.0.0': '3.x', '2.0.0': '4.x', '3.0.0-beta.1': '5.x' };
  const releases = Object.entries(engines).map(([version, engine], i) =>
    aRelease({
      version,
      compatible_engine_ver: [engine],
      files: [aFile({ size: 10 + i })],
      ...(version === '1.0.0' ? { file_words: ['visor'] } : {}),
    }),
  );
  fileIds = Object.fromEntries(releases.map(({ version, main_file_id }) => [version, main_file_id]));
  ({ asset } = await catalog.publish({
    version: '2.0.0',
    asset_size: 11,
    compatible_engine_ver: ['4.x'],
    releases: Object.fromEntries(
      releases.map(({ version, release_id, compatible_engine_ver, size }) => [
        version,
        { release_id, compatible_engine_ver, size, date_posted: AT },
      ]),
    ),
  }));
  for (const release of releases) catalog.releases.put({ ...release, asin: asset.asin });
});

describe('releases', () => {
  it('are listed, the highest first', async () => {
    const { json, headers } = await send('GET', of('/releases'));
    const items = json.items as { version: string }[];
    expect(items.map(({ version }) => version)).toEqual(['3.0.0-beta.1', '2.0.0', '1.0.0']);
    expect(items[1]).toEqual({
      version: '2.0.0',
      size: 11,
      compatible_engine_ver: ['4.x'],
      date_posted: AT,
      yanked: null,
      release_url: `https://api.test${of('/releases/2.0.0')}`,
    });
    const again = await send('GET', of('/releases'), {
      headers: { 'if-none-match': headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  it.each([
    ['', '2.0.0'],
    ['?engine=4.2', '2.0.0'],
    ['?engine=3.5.1', '1.0.0'],
    ['?engine=5', '3.0.0-beta.1'],
  ])('newest%s is %s, and what /download grants', async (query, version) => {
    const { status, json } = await send('GET', of(`/releases/newest${query}`));
    expect([status, json.version]).toEqual([200, version]);
    const download = await send('GET', of(`/download${query}`), { headers: { accept: 'application/json' } });
    expect([download.status, catalog.grants.at(-1)?.version]).toEqual([200, version]);
  });

  it.each(['/releases/newest?engine=9', '/download?engine=9'])(
    '%s, which none fits, is 404 and says what there is',
    async (suffix) => {
      const { status, code, json } = await send('GET', of(suffix));
      expect([status, code]).toEqual([404, 'release.not_found']);
      expect(json.hint).toBe('There is 3.0.0-beta.1 for 5.x; 2.0.0 for 4.x; 1.0.0 for 3.x.');
    },
  );
});

describe('yanking', () => {
  it('takes a release from search and "newest", with its event', async () => {
    const { status, json } = await yank('2.0.0');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      version: '1.0.0',
      asset_size: 10,
      compatible_engine_ver: ['3.x'],
      releases: [{}, { version: '2.0.0', yanked: { reason: 'Broken.', at: AT } }, { yanked: null }],
    });
    expect(Object.values((await stored()).outbox ?? {})).toMatchObject([{ type: 'asset.updated' }]);
    expect((await send('GET', '/v1/assets?engine=4.1')).json.total).toBe(0);
    expect((await send('GET', '/v1/assets?engine=3.1')).json.total).toBe(1);
    expect((await send('GET', of('/releases/newest?engine=4.1'))).status).toBe(404);
    expect((await send('GET', '/v1/assets?q=visor')).json.total, 'a file of the newest now').toBe(1);
    await unyank('2.0.0');
    expect((await stored()).releases).toEqual(asset.releases);
    expect((await send('GET', '/v1/assets?engine=4.1')).json).toMatchObject({
      items: [{ version: '2.0.0' }],
    });
  });

  it('leaves the release to whoever names its version, with a warning', async () => {
    const before = (await send('GET', of('/releases/2.0.0'))).headers.get('etag');
    await yank('2.0.0', 'Its textures are missing.');
    const { status, json, headers } = await send('GET', of('/releases/2.0.0'));
    expect(status).toBe(200);
    expect(json).toMatchObject({
      yanked: { reason: 'Its textures are missing.', at: AT },
      warning: 'This release was yanked by its owner: Its textures are missing.',
    });
    expect(headers.get('deprecation')).toBe(`@${Date.parse(AT) / 1000}`);
    expect(headers.get('etag')).not.toBe(before);
    const file = of(`/releases/2.0.0/files/${fileIds['2.0.0']}/download`);
    const redirect = await catalog.request(file);
    expect([redirect.headers.get('location'), redirect.headers.get('deprecation')]).toEqual([
      SECRET_URL,
      `@${Date.parse(AT) / 1000}`,
    ]);
    expect((await send('GET', file, { headers: { accept: 'application/json' } })).json.warning).toContain(
      'textures',
    );
  });

  it('of all releases leaves the asset to its address alone', async () => {
    for (const version of Object.keys(asset.releases)) await yank(version);
    expect(await found()).toBe(0);
    expect((await send('GET', of(''))).json).toMatchObject({ version: '2.0.0' });
    const { code, json } = await send('GET', of('/download'));
    expect([code, json.hint]).toEqual(['release.not_found', expect.stringContaining('yanked')]);
    await unyank('1.0.0');
    expect(await found()).toBe(1);
    expect((await send('GET', of(''))).json).toMatchObject({ version: '1.0.0' });
  });

  it('twice for one reason is once; an unknown release and a stranger are refused', async () => {
    await yank('2.0.0');
    expect((await yank('2.0.0')).json.revision).toBe(2);
    expect((await yank('2.0.0', 'Another reason.')).json.revision).toBe(3);
    expect((await yank('9.0.0')).code).toBe('release.not_found');
    expect((await yank('constructor')).status).toBe(422);
    const body = { reason: 'No.' };
    const path = of('/releases/1.0.0/yank');
    expect((await send('PUT', path, { as: newId('user'), body })).code).toBe('asset.not_owner');
    expect((await send('PUT', path, { body })).code).toBe('auth.required');
    expect((await send('PUT', path, { as: asset.user_id, body: {} })).status).toBe(422);
  });
});

describe('deleting a release (I6)', () => {
  it('takes it from everywhere at once, and lists what is to be removed', async () => {
    expect((await remove('2.0.0')).status).toBe(204);
    const item = await stored();
    expect(item).toMatchObject({
      version: '1.0.0',
      removed_versions: ['2.0.0'],
      removed_releases: [asset.releases['2.0.0']?.release_id],
      removed_bytes: asset.releases['2.0.0']?.size,
      leftovers: { [asset.releases['2.0.0']?.release_id ?? '']: { due_at: AT } },
      due_at: AT,
    });
    expect(Object.keys(item.releases)).toEqual(['1.0.0', '3.0.0-beta.1']);
    expect(Object.values(item.outbox ?? {})).toMatchObject([{ type: 'release.deleted', version: '2.0.0' }]);
    expect(await catalog.assets.purgesDue(AT)).toEqual([asset.asin]);
    for (const suffix of ['/releases/2.0.0', `/releases/2.0.0/files/${fileIds['2.0.0']}/download`]) {
      expect((await send('GET', of(suffix))).code).toBe('release.not_found');
    }
    expect((await send('GET', of(''), { as: asset.user_id })).json).toMatchObject({
      editing: { removed_versions: ['2.0.0'] },
    });
    expect((await remove('2.0.0')).code).toBe('release.not_found');
  });

  it('stops before the last, and before the last that is not yanked', async () => {
    await yank('1.0.0');
    await yank('2.0.0');
    expect((await remove('3.0.0-beta.1')).code).toBe('release.last');
    expect((await remove('2.0.0')).status).toBe(204);
    await yank('3.0.0-beta.1');
    expect((await remove('1.0.0')).status).toBe(204);
    expect((await remove('3.0.0-beta.1')).code).toBe('release.last');
  });

  it('is for those who may edit the asset', async () => {
    expect((await remove('1.0.0', newId('user'))).code).toBe('asset.not_owner');
    expect((await send('DELETE', of('/releases/1.0.0'))).code).toBe('auth.required');
    const headers = { 'if-match': '"9"' };
    const wrong = await send('DELETE', of('/releases/1.0.0'), { as: asset.user_id, headers });
    expect(wrong.code).toBe('asset.revision_mismatch');
    expect(await stored()).toEqual(asset);
  });
});
