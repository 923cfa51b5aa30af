import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import { memoryCountStore } from '../../adapters/memory-count-store.ts';
import { memoryAssetRepository } from '../../adapters/memory-asset-repository.ts';
import { memoryObjectStore } from '../../adapters/memory-object-store.ts';
import { memoryReleaseRepository } from '../../adapters/memory-release-repository.ts';
import { aGrant, anAsset, aRelease, AT } from '../../testing/builders.ts';
import { deriveTotals } from '../downloads/derive-totals.ts';
import { forgetCounts } from '../downloads/forget-counts.ts';
import { markGrants } from '../downloads/mark-grants.ts';
import { purgeAsset } from './purge-asset.ts';
import { sweepPurges } from './sweep-purges.ts';

const SETTLE_MS = 60_000;

describe('purging a deleted asset (I6)', () => {
  let at = 0;
  const now = () => new Date(at);
  let world: ReturnType<typeof aWorld>;
  let asset: PublishedAsset;
  let releaseId: string;

  function aWorld() {
    const [files, media] = [memoryObjectStore(), memoryObjectStore()];
    const assets = memoryAssetRepository();
    const releases = memoryReleaseRepository();
    const counts = memoryCountStore();
    const deps = {
      assets,
      releases,
      stores: [files, media],
      forgetCounts: forgetCounts(counts),
      settleMs: SETTLE_MS,
      now,
    };
    return { files, media, assets, releases, counts, deps };
  }

  beforeEach(async () => {
    at = Date.parse(AT);
    world = aWorld();
    asset = anAsset();
    const release = aRelease({ asin: asset.asin });
    releaseId = release.release_id;
    world.assets.put(asset);
    world.releases.put(release);
    world.files.keys.add(`${asset.asin}/r/1`).add(`${asset.asin}/r/2`).add('asset_other/r/1');
    world.media.keys.add(`${asset.asin}/i/1`);
    const grants = ['a', 'b'].map((client) => aGrant({ asin: asset.asin, client }));
    await markGrants(world.counts)(grants);
    await deriveTotals(world.counts)(grants);
  });

  const bury = () => world.assets.bury(asset, tombstoneOf(asset, newId('event'), now().toISOString()));

  async function expectNothingLeft() {
    expect([...world.files.keys]).toEqual(['asset_other/r/1']);
    expect([...world.media.keys]).toEqual([]);
    expect(await world.releases.get(asset.asin, releaseId)).toBeUndefined();
    expect(world.counts.size()).toBe(0);
    const left = await world.assets.get(asset.asin);
    expect(left).toMatchObject({ status: 'deleted', asin: asset.asin, user_id: asset.user_id });
    expect(left?.due_at).toBeUndefined();
  }

  /** Runs whatever is due until nothing is. */
  async function runAll(purge = purgeAsset(world.deps)) {
    const sweep = sweepPurges({ assets: world.assets, purge, onFailure: () => undefined, now });
    for (let i = 0; i < 10; i += 1, at += SETTLE_MS) await sweep();
  }

  it('leaves a published asset alone', async () => {
    await purgeAsset(world.deps)(asset.asin);
    expect(world.files.keys.size).toBe(3);
    expect(await world.assets.get(asset.asin)).toEqual(asset);
  });

  it('removes objects and releases at once, and looks again until two passes found nothing', async () => {
    await bury();
    const purge = purgeAsset(world.deps);
    await purge(asset.asin);
    expect(world.files.keys.size).toBe(1);
    expect(world.media.keys.size).toBe(0);
    expect(await world.assets.get(asset.asin)).toMatchObject({ clean_passes: 0 });

    await purge(asset.asin);
    expect(await world.assets.get(asset.asin), 'a repeat before its time is no pass').toMatchObject({
      clean_passes: 0,
    });
    at += SETTLE_MS;
    await purge(asset.asin);
    expect(await world.assets.get(asset.asin)).toMatchObject({ clean_passes: 1 });
    at += SETTLE_MS;
    await purge(asset.asin);
    await expectNothingLeft();
  });

  it('catches a copy that arrives between two passes', async () => {
    await bury();
    const purge = purgeAsset(world.deps);
    await purge(asset.asin);
    world.files.keys.add(`${asset.asin}/late/1`);
    await runAll();
    await expectNothingLeft();
  });

  it.each(['files', 'media', 'releases', 'counts', 'settle'] as const)(
    'interrupted after the step "%s" is finished by the sweep',
    async (step) => {
      await bury();
      const killed = new Error('killed');
      let kills = 3;
      const dying = async <T>(result: Promise<T>): Promise<T> => {
        const value = await result;
        if (kills > 0) {
          kills -= 1;
          throw killed;
        }
        return value;
      };
      const { files, media, releases, assets } = world;
      const purge = purgeAsset({
        ...world.deps,
        stores: [
          step === 'files' ? { deletePrefix: (prefix) => dying(files.deletePrefix(prefix)) } : files,
          step === 'media' ? { deletePrefix: (prefix) => dying(media.deletePrefix(prefix)) } : media,
        ],
        forgetCounts:
          step === 'counts' ? (...of) => dying(world.deps.forgetCounts(...of)) : world.deps.forgetCounts,
        releases: step === 'releases' ? { deleteAll: (asin) => dying(releases.deleteAll(asin)) } : releases,
        assets:
          step === 'settle'
            ? {
                get: (asin) => assets.get(asin),
                settlePurge: (tombstone, next) => dying(assets.settlePurge(tombstone, next)),
              }
            : assets,
      });
      await expect(purge(asset.asin)).rejects.toThrow('killed');
      await runAll(purge);
      await expectNothingLeft();
    },
  );

  it('stops between steps when it is told to, and stays due', async () => {
    await bury();
    const stop = new AbortController();
    stop.abort();
    await expect(purgeAsset(world.deps)(asset.asin, stop.signal)).rejects.toThrow('aborted');
    expect(await world.assets.purgesDue(now().toISOString())).toEqual([asset.asin]);
  });

  it('that fails does not keep the sweep from others', async () => {
    await bury();
    const other = anAsset();
    world.assets.put(other);
    await world.assets.bury(other, tombstoneOf(other, newId('event'), AT));
    const failures: string[] = [];
    const done: string[] = [];
    await sweepPurges({
      assets: world.assets,
      purge: async (asin) => {
        if (asin === asset.asin) throw new Error('no');
        done.push(asin);
      },
      onFailure: (_error, asin) => failures.push(asin),
      now,
    })();
    expect([failures, done]).toEqual([[asset.asin], [other.asin]]);
  });
});
