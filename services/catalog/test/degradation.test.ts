import { describeDegradation } from '@cairn/infra/testing/degradation';
import { vi } from 'vitest';
import { startCatalogWorld, type RunningCatalog } from './support/catalog-world.ts';

describeDegradation('catalog', async () => {
  const world = await startCatalogWorld();
  const catalog = world.startCatalog();
  const cutOff = world.startCatalog({ JWKS_URL: 'http://127.0.0.1:9/jwks.json' });
  await Promise.all([catalog.ready(), cutOff.ready()]);
  const { asset } = await world.publish();
  const { asin, user_id } = asset;
  const requestsTo = (to: RunningCatalog) => ({
    'GET /readyz': async () => new Response(null, { status: to.isReady() ? 200 : 503 }),
    'GET /v1/assets': () => to.request('/v1/assets?q=knight'),
    'GET /v1/assets/{asin}': () => to.request(`/v1/assets/${asin}`),
    'the same, by its owner': () => to.request(`/v1/assets/${asin}`, { as: user_id }),
    'GET /v1/tags': () => to.request('/v1/tags'),
    'GET .../download': () => to.request(`/v1/assets/${asin}/download`),
    'PATCH /v1/assets/{asin}': async () =>
      to.request(`/v1/assets/${asin}`, {
        method: 'PATCH',
        as: user_id,
        headers: {
          'content-type': 'application/json',
          'if-match': `"${(await world.read(asin))?.revision}"`,
        },
        body: JSON.stringify({ description: 'Edited.' }),
      }),
  });
  for (const each of [catalog, cutOff]) {
    await vi.waitFor(async () => {
      const { status } = await each.request(`/v1/assets/${asin}`);
      if (status !== 200) throw new Error(`the asset is not there yet: ${status}`);
    }, 20_000);
  }
  return {
    faults: world.faults,
    requests: requestsTo(catalog),
    withoutAuth: requestsTo(cutOff),
    close: () => world.close(),
  };
});
