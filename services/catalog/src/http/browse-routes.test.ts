import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { anAsset, AT } from '../testing/builders.ts';
import { memoryCatalog } from '../testing/memory-catalog.ts';
import { jsonClient } from '../testing/requests.ts';

let catalog: ReturnType<typeof memoryCatalog>;
let send: ReturnType<typeof jsonClient>;
beforeEach(() => {
  catalog = memoryCatalog();
  send = jsonClient(catalog);
});

const forEngines = (...compatible_engine_ver: string[]): PublishedAsset['releases'] => ({
  '1.0.0': { release_id: newId('release'), compatible_engine_ver, size: 6, date_posted: AT },
});
const items = async (path: string) => (await send('GET', path)).json.items;

describe('what assets are described with', () => {
  it('is counted for tags and licences, and follows every change', async () => {
    const { asset } = await catalog.publish({ tags: ['knight', 'castle'], license: 'MIT' });
    await catalog.publish({ tags: ['knight'], license: 'CC0-1.0' });
    expect(await items('/v1/tags')).toEqual([
      { value: 'knight', count: 2 },
      { value: 'castle', count: 1 },
    ]);
    expect(await items('/v1/tags?q=CA')).toEqual([{ value: 'castle', count: 1 }]);
    expect((await send('GET', '/v1/tags?limit=1')).json).toEqual({
      items: [{ value: 'knight', count: 2 }],
      total: 2,
    });
    expect(await items('/v1/licenses')).toEqual([
      { value: 'CC0-1.0', count: 1 },
      { value: 'MIT', count: 1 },
    ]);
    const body = { tags: ['dragon'], license: 'CC0-1.0' };
    const path = `/v1/assets/${asset.asin}`;
    await send('PATCH', path, { as: asset.user_id, body, headers: { 'if-match': '"1"' } });
    expect(await items('/v1/tags')).toEqual([
      { value: 'dragon', count: 1 },
      { value: 'knight', count: 1 },
    ]);
    expect(await items('/v1/licenses')).toEqual([{ value: 'CC0-1.0', count: 2 }]);
    await send('DELETE', path, { as: asset.user_id });
    expect(await items('/v1/tags')).toEqual([{ value: 'knight', count: 1 }]);
  });

  it('is, for engines, how many support a series that some range names', async () => {
    await catalog.publish({ releases: forEngines('>=4.1 <5') });
    await catalog.publish({ releases: forEngines('4.3.x', '3.5') });
    expect(await items('/v1/engines')).toEqual([
      { value: '4.3', count: 2 },
      { value: '4.1', count: 1 },
      { value: '3.5', count: 1 },
    ]);
  });

  it('is empty for an empty catalog, 304 to who has it, and shared by caches', async () => {
    await catalog.replica.catchUp();
    for (const path of ['/v1/tags', '/v1/licenses', '/v1/engines']) {
      const { json, headers } = await send('GET', path);
      expect(json).toEqual({ items: [], total: 0 });
      expect(headers.get('cache-control')).toContain('s-maxage=30');
      const known = { 'if-none-match': headers.get('etag') ?? '' };
      expect((await send('GET', path, { headers: known })).status).toBe(304);
    }
  });
});

describe('GET /v1/owners/{user_id}', () => {
  it('sums up what a user has published', async () => {
    const user_id = newId('user');
    await catalog.publish({ user_id, downloads: 3 });
    await catalog.publish({ user_id, downloads: 4, date_posted: '2026-11-01T00:00:00.000Z' });
    await catalog.publish();
    expect((await send('GET', `/v1/owners/${user_id}`)).json).toEqual({
      user_id,
      assets: 2,
      downloads: 7,
      first_posted: '2026-11-01T00:00:00.000Z',
      last_updated: AT,
      assets_url: `https://api.test/v1/assets?owner=${user_id}`,
      unlisted: null,
    });
  });

  it('tells nothing of who exists', async () => {
    await catalog.replica.catchUp();
    expect((await send('GET', `/v1/owners/${newId('user')}`)).json).toMatchObject({
      assets: 0,
      first_posted: null,
    });
    expect((await send('GET', '/v1/owners/me')).status).toBe(422);
  });
});

it('every one of them answers 503 until the replica has read the table (I12)', async () => {
  catalog.assets.put(anAsset());
  for (const path of ['/v1/tags', '/v1/licenses', '/v1/engines', `/v1/owners/${newId('user')}`]) {
    expect((await send('GET', path)).code).toBe('search.unavailable');
  }
});
