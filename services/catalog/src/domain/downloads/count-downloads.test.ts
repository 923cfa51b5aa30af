import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import { memoryAssetRepository } from '../../adapters/memory-asset-repository.ts';
import { memoryChangeLog } from '../../adapters/memory-change-log.ts';
import { memoryCountStore } from '../../adapters/memory-count-store.ts';
import { anAsset, aGrant, AT } from '../../testing/builders.ts';
import { killable, yielding } from '../../testing/unreliable.ts';
import { countDownloads, type CountDeps } from './count-downloads.ts';
import type { DownloadGrant } from './download-grant.ts';
import { totalKey } from './tally-tree.ts';
import { expectedTally } from '../../testing/expected-tally.ts';

const now = () => new Date(AT);
const ASSETS = ['asset_0', 'asset_1'] as const;

function aWorld() {
  const assets = memoryAssetRepository();
  const changes = memoryChangeLog();
  const store = memoryCountStore();
  for (const asin of ASSETS) assets.put(anAsset({ asin }));
  return { assets, changes, store, newId, now };
}

/** Grants that share minutes, sheets, clients and files, and some that do not. */
const someGrants = fc
  .array(
    fc.record({
      asin: fc.constantFrom(...ASSETS),
      at: fc.constantFrom(
        '2026-11-30T23:59:59.999Z',
        '2026-11-30T23:10:00.000Z',
        '2026-12-01T00:00:00.000Z',
        '2026-12-01T00:00:59.000Z',
      ),
      sheet: fc.constantFrom('a', 'b'),
      client: fc.constantFrom('x', 'y'),
      file_id: fc.constantFrom('file_1', 'file_2'),
      version: fc.constantFrom('1.0.0', '2.0.0'),
      engine: fc.constantFrom('4.2', '4.3', undefined),
    }),
    { minLength: 1, maxLength: 16 },
  )
  .map((all) => all.map((each, i): DownloadGrant => aGrant({ ...each, id: `download_${i}` })));

/** Which of the grants come together, and after how many steps the counter is killed. */
const deliveries = fc.array(
  fc.record({
    picked: fc.array(fc.nat(15), { minLength: 1, maxLength: 8 }),
    livesFor: fc.option(fc.nat(25), { nil: Infinity }),
  }),
  { maxLength: 12 },
);

async function expectExact({ store, assets, changes }: ReturnType<typeof aWorld>, seen: DownloadGrant[]) {
  const announced: Record<string, number> = {};
  for (const { change } of await changes.after(0, 1_000)) {
    if (change.type !== 'downloads.counted') continue;
    for (const [asin, total] of Object.entries(change.totals)) {
      announced[asin] = Math.max(announced[asin] ?? 0, total);
    }
  }
  for (const asin of ASSETS) {
    const expected = expectedTally(seen.filter((grant) => grant.asin === asin));
    const total = (await store.get(totalKey(asin)))?.tally;
    expect([total?.raw ?? 0, total?.unique ?? 0]).toEqual([expected.raw, expected.unique]);
    for (const [version, raw] of expected.rawByVersion) expect(total?.releases[version]?.raw).toBe(raw);
    for (const [engine, raw] of expected.rawByEngine) expect(total?.engines[engine]?.raw).toBe(raw);
    for (const { entry, tally } of [
      ...(await store.list(`${asin}#2026-11`)),
      ...(await store.list(`${asin}#2026-12`)),
    ]) {
      const ofDay = expectedTally(seen.filter((each) => each.asin === asin && each.at.startsWith(entry)));
      expect([tally.raw, tally.unique]).toEqual([ofDay.raw, ofDay.unique]);
    }
    expect(await assets.get(asin)).toMatchObject({ downloads: expected.raw });
    expect(announced[asin] ?? 0).toBe(expected.raw);
  }
}

describe('counting downloads (I13)', () => {
  it('is exact, raw and unique, redelivered in any grouping and killed between any two steps', async () => {
    await fc.assert(
      fc.asyncProperty(someGrants, deliveries, async (grants, planned) => {
        const world = aWorld();
        const seen = new Set<DownloadGrant>();
        const queue = [...planned];
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const group = next.picked.flatMap((i) => grants[i] ?? []);
          for (const grant of group) seen.add(grant);
          const count = countDownloads(killable(world, next.livesFor));
          const died = await count(group).then(
            () => false,
            () => true,
          );
          // Whatever was not acknowledged comes again, some time.
          if (died) queue.push({ picked: [...next.picked].reverse(), livesFor: Infinity });
        }
        await expectExact(world, [...seen]);
      }),
      { numRuns: 100 },
    );
  });

  it('is exact with several counters at the same grants at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        someGrants,
        deliveries,
        fc.infiniteStream(fc.nat(4)),
        async (grants, planned, turns) => {
          const world = aWorld();
          const groups = planned.map(({ picked }) => picked.flatMap((i) => grants[i] ?? []));
          await Promise.all(groups.map((group) => countDownloads(yielding(world, turns))(group)));
          await expectExact(world, [...new Set(groups.flat())]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('tells the replicas once for a whole group', async () => {
    const world = aWorld();
    const [a, b] = ASSETS;
    await countDownloads(world)([aGrant({ asin: a }), aGrant({ asin: b }), aGrant({ asin: a })]);
    const logged = await world.changes.after(0, 10);
    expect(logged.map((each) => each.change)).toMatchObject([{ totals: { [a]: 2, [b]: 1 } }]);
  });
});

describe('a grant of a deleted asset (I6)', () => {
  async function bury({ assets }: Pick<CountDeps, never> & ReturnType<typeof aWorld>) {
    const asset = await assets.get('asset_0');
    if (asset?.status !== 'published') throw new Error('no asset');
    await assets.bury(asset, tombstoneOf(asset, newId('event'), AT));
  }

  it('that comes late brings nothing back and tells nobody', async () => {
    const world = aWorld();
    await bury(world);
    await countDownloads(world)([aGrant({ asin: 'asset_0' }), aGrant({ asin: 'asset_never' })]);
    expect(world.store.size()).toBe(0);
    expect(await world.changes.head()).toBe(0);
  });

  it('leaves nothing, wherever its counter was killed, once it has come again', async () => {
    for (let livesFor = 0; livesFor < 40; livesFor += 1) {
      const world = aWorld();
      const [first, second] = [aGrant({ asin: 'asset_0', client: 'x' }), aGrant({ asin: 'asset_0' })];
      await countDownloads(killable(world, livesFor))([first, second]).catch(() => undefined);
      await bury(world);
      for (const grant of [second, first]) await countDownloads(world)([grant]);
      expect(world.store.size(), `killed after ${livesFor} steps`).toBe(0);
    }
  });

  it('leaves nothing when the asset is deleted while it is being counted', async () => {
    const world = aWorld();
    const count = countDownloads({
      ...world,
      assets: {
        ...world.assets,
        async getMany(asins) {
          const records = await world.assets.getMany(asins);
          await bury(world);
          return records;
        },
      },
    });
    await count([aGrant({ asin: 'asset_0' }), aGrant({ asin: 'asset_1' })]);
    expect(await world.store.list('asset_0')).toEqual([]);
    expect((await world.store.get(totalKey('asset_1')))?.tally.raw).toBe(1);
  });
});
