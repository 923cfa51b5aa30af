import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { refuse } from '@cairn/infra/local/faults/rules';
import { tables } from '@cairn/infra/resources';
import { wholeLog } from './support/change-log.ts';
import { startCatalogWorld, type CatalogWorld } from './support/catalog-world.ts';
import { everything, replicasUnderRandomEdits } from './support/random-edits.ts';

let world: CatalogWorld;
beforeAll(async () => {
  world = await startCatalogWorld();
});
afterEach(() => world.faults.clear());
afterAll(() => world.close());

const soon = { timeout: 40_000, interval: 50 };

describe('replicas (I12)', () => {
  it(
    'that kept up with random edits under faults equal each other and one that is rebuilt',
    { timeout: 60_000 },
    () => replicasUnderRandomEdits(world, { edits: 60, assets: 6, seed: 7, withinMs: soon.timeout }),
  );

  it('answer 503 until the tables can be read, then become ready by themselves', async () => {
    const { asset } = await world.publish();
    const refusing = world.faults.dynamodb.add(refuse({}));
    const catalog = world.startCatalog();
    await vi.waitFor(() => expect(refusing.hits).toBeGreaterThan(3), soon);
    expect(catalog.isReady()).toBe(false);
    for (const path of ['/v1/assets', `/v1/assets/${asset.asin}`]) {
      const answer = await catalog.request(path);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    }
    await refusing.release();
    await catalog.ready();
    expect((await catalog.request(`/v1/assets/${asset.asin}`)).status).toBe(200);
    await catalog.stop();
  });

  it('start from a snapshot without reading the tables, and equal the one that wrote it', async () => {
    const writing = { SNAPSHOT_CHECK_INTERVAL_MS: '50', SNAPSHOT_EVERY_CHANGES: '1' };
    const first = world.startCatalog(writing);
    await first.ready();
    const before = await Promise.all([1, 2, 3].map((n) => world.publish({ name: `Thing before ${n}` })));
    const written = () => {
      const seqs = first.logLines.flatMap((line) => {
        const { msg, seq } = JSON.parse(line) as { msg: string; seq: number };
        return msg === 'a snapshot was written' ? [seq] : [];
      });
      return seqs.at(-1) ?? 0;
    };
    const head = async () => (await wholeLog(world)).at(-1)?.seq ?? 0;
    await vi.waitFor(async () => {
      for (const { asset } of before) {
        expect((await first.request(`/v1/assets/${asset.asin}`)).status).toBe(200);
      }
      expect(written(), first.logLines.slice(-3).join('')).toBe(await head());
    }, soon);

    const scans = world.faults.dynamodb.add(refuse({ table: tables.assets.name, operation: 'Scan' }));
    const second = world.startCatalog();
    await second.ready();
    expect(scans.hits).toBe(0);
    const after = await world.publish({ name: 'Thing after' });
    await vi.waitFor(async () => {
      expect((await second.request(`/v1/assets/${after.asset.asin}`)).status).toBe(200);
      expect(await everything(second)).toEqual(await everything(first));
    }, soon);
    await Promise.all([first.stop(), second.stop()]);
  });

  it('start without queues and take up work when they can be reached', async () => {
    const refusing = world.faults.sqs.add(refuse({}));
    const catalog = world.startCatalog();
    await catalog.ready();
    const { asset } = await world.publish();
    await refusing.release();
    await vi.waitFor(
      async () => expect((await catalog.request(`/v1/assets/${asset.asin}`)).status).toBe(200),
      soon,
    );
    await catalog.stop();
  });

  it(
    'stop in time while messages are being handled, and leave the rest to the next one',
    { timeout: 120_000 },
    async () => {
      const first = world.startCatalog();
      await first.ready();
      const published = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => world.publish()));
      await first.stop();
      const second = world.startCatalog();
      await second.ready();
      // A message that the queue was handing out as the first hung up comes back after its visibility timeout.
      const patient = { timeout: 75_000, interval: 50 };
      for (const { asset } of published) {
        await vi.waitFor(
          async () => expect((await second.request(`/v1/assets/${asset.asin}`)).status).toBe(200),
          patient,
        );
      }
      await second.stop();
    },
  );
});
