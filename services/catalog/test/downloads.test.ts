import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { duplicate, reorder } from '@cairn/infra/local/faults/message-rules';
import { blackhole, internalError, loseAnswer, refuse, throttle } from '@cairn/infra/local/faults/rules';
import { queues, tables } from '@cairn/infra/resources';
import { aGrant } from '../src/testing/builders.ts';
import {
  startCatalogWorld,
  type CatalogWorld,
  type Published,
  type RunningCatalog,
} from './support/catalog-world.ts';

const queue = queues.downloads.name;
const soon = { timeout: 40_000, interval: 50 };

let world: CatalogWorld;
let catalogs: RunningCatalog[];

beforeAll(async () => {
  world = await startCatalogWorld();
  catalogs = [world.startCatalog(), world.startCatalog()];
  await Promise.all(catalogs.map((each) => each.ready()));
});
afterEach(async () => {
  await world.faults.clear();
  for (const { logLines } of catalogs) logLines.length = 0;
});
afterAll(() => world.close());

const download = async (published: Published, n = 0) =>
  catalogs[n % 2]?.request(`/v1/assets/${published.asset.asin}/download`);

async function shown(): Promise<Published> {
  const published = await world.publish();
  for (const catalog of catalogs) {
    await vi.waitFor(
      async () => expect((await catalog.request(`/v1/assets/${published.asset.asin}`)).status).toBe(200),
      soon,
    );
  }
  return published;
}

/** The table and every replica agree on the count, and it stays so. */
async function expectCount(published: Published, downloads: number): Promise<void> {
  const { asin } = published.asset;
  await vi.waitFor(async () => {
    expect(await world.read(asin)).toMatchObject({ downloads });
    for (const catalog of catalogs) {
      expect(await (await catalog.request(`/v1/assets/${asin}`)).json()).toMatchObject({ downloads });
    }
  }, soon);
}

describe('a download (I13)', () => {
  it.each([
    ['refuses', () => refuse({ queue, operation: 'SendMessage' })],
    ['fails', () => internalError({ queue, operation: 'SendMessage' })],
    ['does not answer', () => blackhole({ queue, operation: 'SendMessage' })],
  ])('goes on at once when the queue %s, and the loss is metered', async (_how, rule) => {
    const published = await shown();
    await download(published);
    await expectCount(published, 1);
    world.faults.sqs.add(rule());
    const startedAt = performance.now();
    const answers = await Promise.all([0, 2, 4].map((n) => download(published, n)));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    for (const answer of answers) {
      expect(answer?.status).toBe(302);
      expect((await fetch(answer?.headers.get('location') ?? '')).status).toBe(200);
    }
    const losses = () => catalogs[0]?.logLines.filter((line) => line.includes('lost_downloads_total')) ?? [];
    await vi.waitFor(() => expect(losses().length).toBeGreaterThan(0), soon);
    expect(losses().join('')).not.toContain('X-Amz-');
  });

  it('counts once however often its event is delivered, in whatever grouping', async () => {
    const published = await shown();
    world.faults.sqs.add(duplicate({ queue, deliveries: 3, probability: 0.5 }));
    world.faults.sqs.add(reorder({ queue, window: 3 }));
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => download(published, n)));
    for (const answer of answers) expect(answer?.status).toBe(302);
    await world.faults.clear();
    await expectCount(published, 30);
  });

  it('counts exactly over lost answers, throttling and refused calls of the counter', async () => {
    const published = await shown();
    const { downloadCounts, assets, changes } = tables;
    world.faults.dynamodb.add(loseAnswer({ table: downloadCounts.name, probability: 0.2 }));
    world.faults.dynamodb.add(refuse({ table: downloadCounts.name, probability: 0.2 }));
    world.faults.dynamodb.add(throttle({ table: assets.name, operation: 'UpdateItem', probability: 0.2 }));
    world.faults.dynamodb.add(loseAnswer({ table: changes.name, operation: 'PutItem', probability: 0.2 }));
    await Promise.all(Array.from({ length: 20 }, (_, n) => download(published, n)));
    await vi.waitFor(
      async () => expect(await world.read(published.asset.asin)).toMatchObject({ downloads: 20 }),
      soon,
    );
    await world.faults.clear();
    await expectCount(published, 20);
  });

  it('counts what a killed counter had begun, once', async () => {
    const published = await shown();
    const { asin } = published.asset;
    const grants = Array.from({ length: 4 }, () => aGrant({ asin, at: new Date().toISOString() }));
    // Both the one that died and the one that comes after it got them.
    for (const grant of [...grants, ...grants.reverse()]) await world.send(queue, JSON.stringify(grant));
    await expectCount(published, 4);
    await world.send(queue, JSON.stringify(grants[0]));
    await download(published);
    await expectCount(published, 5);
  });

  it('of a deleted asset is refused and leaves no count behind', async () => {
    const published = await shown();
    const { asin, user_id } = published.asset;
    await catalogs[0]?.request(`/v1/assets/${asin}`, { method: 'DELETE', as: user_id });
    expect((await download(published, 1))?.status).toBe(404);
    await world.send(queue, JSON.stringify(aGrant({ asin })));
    const other = await shown();
    await download(other);
    await expectCount(other, 1);
    expect(await world.read(asin)).not.toHaveProperty('downloads');
  });
});
