import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { sha256 } from '../src/testing/builders.ts';
import {
  startCatalogWorld,
  type CatalogWorld,
  type Published,
  type RunningCatalog,
} from './support/catalog-world.ts';

let world: CatalogWorld;
let catalog: RunningCatalog;

beforeAll(async () => {
  world = await startCatalogWorld();
  catalog = world.startCatalog();
  await catalog.ready();
});
afterAll(() => world.close());

const json = async (path: string, as?: string) => {
  const answer = await catalog.request(path, as === undefined ? {} : { as });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

async function published(
  changes: Parameters<CatalogWorld['publish']>[0] = {},
  path?: string,
  withinMs = 40_000,
): Promise<Published> {
  const result = await world.publish(changes, path);
  await vi.waitFor(
    async () => expect((await catalog.request(`/v1/assets/${result.asset.asin}`)).status).toBe(200),
    { timeout: withinMs, interval: 50 },
  );
  return result;
}

it('a publication is found and read by the public within 2 s (I12)', async () => {
  const { asset } = await published({ name: 'Wandering lighthouse', tags: ['coast'] }, undefined, 2_000);
  const { body } = await json('/v1/assets?q=wandering+light&kind=3d&engine=4.2&tag=coast');
  expect(body).toMatchObject({ total: 1, items: [{ asin: asset.asin }] });
});

it('a download is a redirect whose bytes hash to the record, under the original name (I2, I7)', async () => {
  const { asset, release, bytes } = await published({}, 'models/Rüstung "1".glb');
  const answer = await catalog.request(`/v1/assets/${asset.asin}/download`);
  expect(answer.status).toBe(302);
  const location = answer.headers.get('location') ?? '';
  const file = await fetch(location);
  expect(file.status).toBe(200);
  const text = await file.text();
  expect(text).toBe(bytes);
  expect(sha256(text)).toBe(release.files[0]?.sha256);
  expect(file.headers.get('content-disposition')).toBe(
    `attachment; filename="R_stung _1_.glb"; filename*=UTF-8''R%C3%BCstung%20%221%22.glb`,
  );
  expect(file.headers.get('content-type')).toBe('model/gltf-binary');
  const altered = location.replace('X-Amz-Expires=300', 'X-Amz-Expires=9000');
  expect((await fetch(altered)).status).toBe(403);
});

it.each([
  ['page.html', 'text/html'],
  ['page.xhtml', 'application/xhtml+xml'],
  ['style.xsl', 'text/xsl'],
  ['logo.svg', 'image/svg+xml'],
  ['script.js', 'text/javascript'],
  ['old.js', 'application/x-javascript'],
  ['manual.pdf', 'application/pdf'],
  ['mail.mht', 'multipart/related'],
  ['.htaccess', 'text/plain'],
])(
  '%s comes as an attachment that no browser runs or shows, whatever the link is made to say',
  async (path, type) => {
    const { asset, bytes } = await world.publish({}, path, type);
    const answer = await catalog.request(`/v1/assets/${asset.asin}/download`);
    const location = new URL(answer.headers.get('location') ?? '');
    const file = await fetch(location);
    expect([file.status, await file.text()]).toEqual([200, bytes]);
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="/);
    expect(file.headers.get('content-type')).toBe(type === 'text/plain' ? type : 'application/octet-stream');
    expect(location.origin).not.toBe(world.stack.addresses.publicUrl);

    for (const [name, value] of [
      ['response-content-disposition', 'inline'],
      ['response-content-type', 'text/html'],
    ] as const) {
      const altered = new URL(location);
      altered.searchParams.set(name, value);
      expect((await fetch(altered)).status).toBe(403);
    }
  },
);

it('a download is counted by one for all to see, and no address is in the log (I11, I13)', async () => {
  const { asset, release } = await published();
  const file = release.files[0]?.file_id ?? '';
  const path = `/v1/assets/${asset.asin}`;
  await catalog.request(`${path}/download`);
  await catalog.request(`${path}/releases/1.0.0/files/${file}/download`, {
    headers: { accept: 'application/json' },
  });
  await catalog.request(`${path}/download`, { method: 'HEAD' });
  await vi.waitFor(async () => expect((await json(path)).body).toMatchObject({ downloads: 2 }), 40_000);
  expect(await world.read(asset.asin)).toMatchObject({ downloads: 2, revision: 1 });
  const { body } = await json(`/v1/assets?owner=${asset.user_id}&sort=downloads`);
  expect(body).toMatchObject({ items: [{ downloads: 2 }] });
  expect(catalog.logLines.join('')).not.toMatch(/X-Amz-/i);
});

it('an edit is for the revision that was read, and everybody sees it (I12)', async () => {
  const { asset } = await published();
  const path = `/v1/assets/${asset.asin}`;
  const etag = (await catalog.request(path)).headers.get('etag') ?? '';
  const edit = (name: string) =>
    catalog.request(path, {
      method: 'PATCH',
      as: asset.user_id,
      headers: { 'if-match': etag, 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
  const answers = await Promise.all([edit('Edited one'), edit('Edited two')]);
  expect(new Set(answers.map((each) => each.status))).toEqual(new Set([200, 412]));
  const winner = answers[0]?.status === 200 ? 'Edited one' : 'Edited two';
  expect((await json(path, asset.user_id)).body).toMatchObject({ name: winner, revision: 2 });
  await vi.waitFor(async () => expect((await json(path)).body).toMatchObject({ name: winner }), 2_000);
});

it('somebody else cannot edit or delete (I9)', async () => {
  const { asset } = await published();
  const path = `/v1/assets/${asset.asin}`;
  const as = newId('user');
  const headers = { 'if-match': '"1"', 'content-type': 'application/json' };
  const edit = await catalog.request(path, { method: 'PATCH', as, headers, body: '{"name":"Mine now"}' });
  const removal = await catalog.request(path, { method: 'DELETE', as });
  expect([edit.status, removal.status]).toEqual([403, 403]);
  expect(await world.read(asset.asin)).toMatchObject({ name: asset.name, revision: 1 });
});

it('a deletion takes the asset from everybody and leaves no object (I6)', async () => {
  const { asset } = await published();
  const path = `/v1/assets/${asset.asin}`;
  expect(await world.objectsOf(asset.asin)).toBe(2);
  expect((await catalog.request(path, { method: 'DELETE', as: asset.user_id })).status).toBe(204);
  for (const suffix of ['', '/download', '/releases/1.0.0']) {
    expect((await catalog.request(path + suffix)).status).toBe(404);
  }
  expect((await catalog.request(path, { method: 'DELETE', as: asset.user_id })).status).toBe(404);
  await vi.waitFor(async () => expect(await world.objectsOf(asset.asin)).toBe(0), 40_000);
  await vi.waitFor(async () => expect((await world.read(asset.asin))?.due_at).toBeUndefined(), 8_000);
  expect(await world.read(asset.asin)).toMatchObject({ status: 'deleted', user_id: asset.user_id });
});
