import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { anAsset, aRelease, AT } from '../testing/builders.ts';
import { memoryCatalog } from '../testing/memory-catalog.ts';

let catalog: ReturnType<typeof memoryCatalog>;
beforeEach(() => {
  catalog = memoryCatalog();
});

const image = {
  image_id: 'image_a',
  width: 800,
  height: 600,
  variants: [{ width: 256, height: 192, key: 'asset_a/image_a/1/256.webp', size: 99 }],
  thumbhash: '3OcRJYB4d3h/iIeHeEh3eIhw+j3A',
};

describe('GET /v1/assets/{asin}', () => {
  it('shows an asset with absolute addresses, and nothing that is not public', async () => {
    const { asset } = await catalog.publish({ images: [image], co_owners: [newId('user')] });
    const answer = await catalog.request(`/v1/assets/${asset.asin}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      asin: asset.asin,
      user_id: asset.user_id,
      name: asset.name,
      description: asset.description,
      kind: '3d',
      tags: asset.tags,
      license: asset.license,
      compatible_engine_ver: asset.compatible_engine_ver,
      version: '1.0.0',
      asset_location: `https://api.test/v1/assets/${asset.asin}/download`,
      asset_size: 6,
      downloads: 0,
      images: [
        {
          image_id: 'image_a',
          width: 800,
          height: 600,
          variants: [
            { width: 256, height: 192, size: 99, url: 'https://media.test/asset_a/image_a/1/256.webp' },
          ],
          thumbhash: '3OcRJYB4d3h/iIeHeEh3eIhw+j3A',
          dominant_color: null,
        },
      ],
      date_posted: AT,
      date_updated: AT,
      revision: 1,
      releases: [
        {
          version: '1.0.0',
          size: 6,
          compatible_engine_ver: ['>=4.1 <5'],
          date_posted: AT,
          yanked: null,
        },
      ],
      editing: null,
    });
  });

  it('answers 304 to its own ETag, for as long as neither revision nor downloads have moved', async () => {
    const { asset } = await catalog.publish();
    const path = `/v1/assets/${asset.asin}`;
    const etag = (await catalog.request(path)).headers.get('etag') ?? '';
    expect(etag).toBe('"1-0"');
    const again = await catalog.request(path, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    await catalog.changes.append({
      id: newId('event'),
      type: 'downloads.counted',
      totals: { [asset.asin]: 3 },
      at: AT,
    });
    await catalog.replica.catchUp();
    const moved = await catalog.request(path, { headers: { 'if-none-match': etag } });
    expect([moved.status, moved.headers.get('etag')]).toEqual([200, '"1-3"']);
  });

  it('may be cached for a moment by everybody, and by nobody for a signed-in reader', async () => {
    const { asset } = await catalog.publish();
    const path = `/v1/assets/${asset.asin}`;
    expect((await catalog.request(path)).headers.get('cache-control')).toBe(
      'public, max-age=2, s-maxage=5, stale-while-revalidate=10',
    );
    const own = await catalog.request(path, { as: asset.user_id });
    expect(own.headers.get('cache-control')).toBe('private, no-cache');
    expect(own.headers.get('vary')).toContain('Authorization');
  });

  it('shows the owner and co-owners the table, and everybody else what memory knows (I12)', async () => {
    const coOwner = newId('user');
    const { asset } = await catalog.publish({ co_owners: [coOwner] });
    catalog.assets.put({ ...asset, name: 'Renamed elsewhere', revision: 2 });
    const nameFor = async (as?: string) => {
      const answer = await catalog.request(`/v1/assets/${asset.asin}`, as === undefined ? {} : { as });
      return ((await answer.json()) as { name: string }).name;
    };
    expect(await nameFor(asset.user_id)).toBe('Renamed elsewhere');
    expect(await nameFor(coOwner)).toBe('Renamed elsewhere');
    expect(await nameFor(newId('user'))).toBe(asset.name);
    expect(await nameFor()).toBe(asset.name);
  });

  it('shows a signed-in reader an asset that memory does not know yet', async () => {
    await catalog.replica.catchUp();
    const asset = anAsset();
    catalog.assets.put(asset);
    expect((await catalog.request(`/v1/assets/${asset.asin}`)).status).toBe(404);
    expect((await catalog.request(`/v1/assets/${asset.asin}`, { as: asset.user_id })).status).toBe(200);
  });

  it.each([
    [newId('asset'), 404, 'asset.not_found'],
    [newId('user'), 422, 'request.invalid'],
    ['asset_..%2f..%2f', 422, 'request.invalid'],
    ['__proto__', 422, 'request.invalid'],
    ['%00', 422, 'request.invalid'],
  ])('of %s answers %i %s', async (asin, status, code) => {
    await catalog.replica.catchUp();
    const answer = await catalog.request(`/v1/assets/${asin}`);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code, status, request_id: expect.any(String) });
  });

  it('answers 401 to a bad token instead of ignoring it', async () => {
    const { asset } = await catalog.publish();
    expect((await catalog.request(`/v1/assets/${asset.asin}`, { as: 'nonsense' })).status).toBe(401);
  });
});

describe('GET /v1/assets/{asin}/releases/{version}', () => {
  it('shows a release with its files, their hashes and addresses, and no key', async () => {
    const { asset, release } = await catalog.publish({}, { path: 'a/b.glb' });
    const answer = await catalog.request(`/v1/assets/${asset.asin}/releases/1.0.0`);
    expect(answer.status).toBe(200);
    const [file] = release.files;
    expect(await answer.json()).toEqual({
      asin: asset.asin,
      version: '1.0.0',
      note: '',
      size: 6,
      compatible_engine_ver: ['>=4.1 <5'],
      date_posted: AT,
      yanked: null,
      warning: null,
      main_file_id: file?.file_id,
      native_code: null,
      files: [
        {
          file_id: file?.file_id,
          path: 'a/b.glb',
          size: 6,
          sha256: file?.sha256,
          media_type: 'model/gltf-binary',
          archive: null,
          model: null,
          download_url: `https://api.test/v1/assets/${asset.asin}/releases/1.0.0/files/${file?.file_id}/download`,
        },
      ],
    });
    const etag = answer.headers.get('etag') ?? '';
    const again = await catalog.request(`/v1/assets/${asset.asin}/releases/1.0.0`, {
      headers: { 'if-none-match': etag },
    });
    expect(again.status).toBe(304);
  });

  it.each([
    ['1.0.1', 404, 'release.not_found'],
    ['constructor', 422, 'request.invalid'],
    ['1', 422, 'request.invalid'],
  ])('of %s answers %i %s', async (version, status, code) => {
    const { asset } = await catalog.publish();
    const answer = await catalog.request(`/v1/assets/${asset.asin}/releases/${version}`);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
  });

  it('does not show a release that its asset does not name', async () => {
    const { asset } = await catalog.publish();
    catalog.releases.put(aRelease({ asin: asset.asin, version: '2.0.0' }));
    expect((await catalog.request(`/v1/assets/${asset.asin}/releases/2.0.0`)).status).toBe(404);
  });
});

describe('GET /v1/assets', () => {
  interface Page {
    items: { asin: string; image: unknown }[];
    total: number;
    next_cursor: string | null;
  }
  const search = async (query: string) => {
    const answer = await catalog.request(`/v1/assets?${query}`);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Page;
  };

  it('finds by text, kind, engine, tags, licence and owner', async () => {
    const { asset } = await catalog.publish({ name: 'Épée', images: [image] });
    await catalog.publish({ name: 'Tree', kind: '2d', tags: ['plant'], license: 'MIT' });
    for (const query of [
      'q=EPEE',
      'q=ep',
      'kind=3d',
      'tag=character&tag=Medieval',
      'license=CC-BY-4.0',
      `owner=${asset.user_id}`,
      'q=epee&engine=4.2&kind=3d&sort=downloads',
    ]) {
      const page = await search(query);
      expect([query, page.total, page.items[0]?.asin]).toEqual([query, 1, asset.asin]);
      expect(page.items[0]?.image).toMatchObject({ image_id: 'image_a' });
    }
    expect((await search('')).total).toBe(2);
    expect((await search('q=')).total).toBe(2);
    expect(await search('engine=9')).toEqual({ items: [], total: 0, next_cursor: null });
  });

  it('pages to the end with cursors', async () => {
    const asins: string[] = [];
    for (let i = 0; i < 5; i += 1) asins.push((await catalog.publish({ name: `Asset ${i}` })).asset.asin);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await search(`sort=name&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.total).toBe(5);
      seen.push(...page.items.map((item) => item.asin));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(asins);
  });

  it('shows in a list what a list needs, and no more', async () => {
    await catalog.publish();
    const [item] = (await search('')).items;
    expect(new Set(Object.keys(item ?? {}))).toEqual(
      new Set([
        'asin',
        'user_id',
        'name',
        'kind',
        'tags',
        'license',
        'compatible_engine_ver',
        'version',
        'asset_location',
        'asset_size',
        'downloads',
        'date_posted',
        'date_updated',
        'image',
      ]),
    );
  });

  it.each([
    ['limit=0', 'query.limit'],
    ['limit=101', 'query.limit'],
    ['limit=x', 'query.limit'],
    ['limit=1&limit=2', 'query.limit'],
    ['kind=4d', 'query.kind'],
    ['sort=best', 'query.sort'],
    ['engine=>=4', 'query.engine'],
    ['license=nonsense', 'query.license.0'],
    ['owner=me', 'query.owner'],
    [`q=${'x'.repeat(201)}`, 'query.q'],
    ['tag=%00', 'query.tag.0'],
    [Array.from({ length: 21 }, (_, i) => `tag=t${i}`).join('&'), 'query.tag'],
    ['cursor=nonsense', 'query.cursor'],
    [`cursor=${'A'.repeat(2_000)}`, 'query.cursor'],
  ])('answers 422 to %s and names the field', async (query, field) => {
    await catalog.replica.catchUp();
    const answer = await catalog.request(`/v1/assets?${query}`);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'request.invalid', errors: [{ field }] });
  });

  it("refuses another query's cursor", async () => {
    await catalog.publish();
    await catalog.publish();
    const { next_cursor } = await search('limit=1&sort=name');
    const answer = await catalog.request(`/v1/assets?limit=1&sort=size&cursor=${next_cursor}`);
    expect(answer.status).toBe(422);
  });
});

it('every public read answers 503 until the replica has read the table (I12)', async () => {
  const asset = anAsset();
  catalog.assets.put(asset);
  for (const path of ['', `/${asset.asin}`, `/${asset.asin}/releases/1.0.0`]) {
    const answer = await catalog.request(`/v1/assets${path}`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({ code: 'search.unavailable' });
  }
});
