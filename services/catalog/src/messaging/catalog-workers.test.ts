import { silentLogger } from '@cairn/shared/logging/logger';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { catalogWorkers, type CatalogWorkers } from './catalog-workers.ts';

const nowhere = { find: () => new Promise<never>(() => {}), wait: async () => undefined };
const AWAY = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });

/** Workers whose replica has stood at the end of the log once, and fails with whatever `failure` is from then on. */
async function workersThatHaveCaughtUp() {
  let clock = Date.parse('2026-11-22T12:00:00Z');
  let caughtUpAt: Date | undefined;
  let failure: Error | undefined;
  let looks = 0;
  const now = () => new Date(clock);
  const workers: CatalogWorkers = catalogWorkers({
    createConsumer: () => {
      throw new Error('no queue is ever found');
    },
    logger: silentLogger(),
    eventsQueue: nowhere,
    downloadsQueue: nowhere,
    names: {
      events: { name: 'events', deadLetterName: 'events-dlq' },
      downloads: { name: 'downloads', deadLetterName: 'downloads-dlq' },
    },
    events: {
      recordAssetChange: async () => undefined,
      purgeSoon: () => undefined,
      deleteAssetsOfUser: async () => true,
      writeExportPart: async () => undefined,
    },
    count: async () => undefined,
    replica: {
      caughtUpAt: () => caughtUpAt,
      catchUp: async () => {
        looks += 1;
        if (failure !== undefined) throw failure;
        caughtUpAt = now();
      },
    },
    tailIntervalMs: 1,
    sweepPurges: async () => undefined,
    sweepIntervalMs: 10_000,
    keepSnapshots: async () => undefined,
    snapshotIntervalMs: 10_000,
    compare: async () => undefined,
    compareIntervalMs: 10_000,
    now,
  });
  const looksAgain = async () => {
    const before = looks;
    await vi.waitFor(() => expect(looks).toBeGreaterThan(before + 1), { interval: 1 });
  };
  expect(workers.isReady()).toBe(false);
  workers.start();
  await looksAgain();
  expect(workers.isReady()).toBe(true);
  return {
    workers,
    async failsWith(error: Error | undefined) {
      failure = error;
      await looksAgain();
    },
    pass: (ms: number) => (clock += ms),
  };
}

describe('a replica that has caught up once', () => {
  let workers: CatalogWorkers;
  afterEach(() => workers.stop(0));

  it('stays ready however long the tables are away: nothing can change then, and memory answers', async () => {
    const world = await workersThatHaveCaughtUp();
    ({ workers } = world);
    await world.failsWith(AWAY);
    world.pass(3_600_000);
    expect(workers.isReady()).toBe(true);
    await world.failsWith(undefined);
    expect(workers.isReady()).toBe(true);
  });

  it('is not ready when it falls behind for a reason of its own, until it has caught up', async () => {
    const world = await workersThatHaveCaughtUp();
    ({ workers } = world);
    await world.failsWith(new TypeError('a fault of ours'));
    world.pass(29_999);
    expect(workers.isReady()).toBe(true);
    world.pass(1);
    expect(workers.isReady()).toBe(false);
    await world.failsWith(undefined);
    expect(workers.isReady()).toBe(true);
  });
});
