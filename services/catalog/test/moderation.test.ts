import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { startCatalogWorld, type CatalogWorld, type RunningCatalog } from './support/catalog-world.ts';

/** What public reads may be behind (I12). */
const soon = { timeout: 2_000, interval: 25 };
let world: CatalogWorld;
let here: RunningCatalog;
let elsewhere: RunningCatalog;
beforeAll(async () => {
  world = await startCatalogWorld();
  [here, elsewhere] = [world.startCatalog(), world.startCatalog()];
  await Promise.all([here.ready(), elsewhere.ready()]);
});
afterAll(() => world.close());

it('a withheld asset leaves search at once where it was withheld, and soon elsewhere; bytes are refused at once', async () => {
  const { asset } = await world.publish();
  const path = `/v1/assets/${asset.asin}`;
  const totalAt = async (replica: RunningCatalog) =>
    ((await (await replica.request(`/v1/assets?owner=${asset.user_id}`)).json()) as { total: number }).total;
  for (const replica of [here, elsewhere]) {
    await vi.waitFor(async () => expect(await totalAt(replica)).toBe(1), soon);
  }
  const moderate = (withheld: boolean) =>
    here.request(`${path}/moderation`, {
      method: 'PUT',
      as: newId('user'),
      roles: ['moderator'],
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ withheld, reason: 'It is stolen.' }),
    });

  expect((await moderate(true)).status).toBe(200);
  expect(await totalAt(here)).toBe(0);
  for (const replica of [here, elsewhere]) {
    expect((await replica.request(`${path}/download`)).status).toBe(404);
  }
  await vi.waitFor(async () => {
    expect(await totalAt(elsewhere)).toBe(0);
    expect((await elsewhere.request(path)).status).toBe(404);
  }, soon);
  expect((await elsewhere.request(path, { as: asset.user_id })).status).toBe(200);

  expect((await moderate(false)).status).toBe(200);
  expect(await totalAt(here)).toBe(1);
  await vi.waitFor(async () => expect(await totalAt(elsewhere)).toBe(1), soon);
  const log = await here.request(`${path}/moderation`, { as: newId('user'), roles: ['moderator'] });
  expect(await log.json()).toMatchObject({ items: [{ act: 'restored' }, { act: 'withheld' }] });
});
