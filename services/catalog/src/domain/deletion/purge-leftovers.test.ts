import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { memoryAssetRepository } from '../../adapters/memory-asset-repository.ts';
import { memoryObjectStore } from '../../adapters/memory-object-store.ts';
import { memoryReleaseRepository } from '../../adapters/memory-release-repository.ts';
import { anAsset, anEvent, aRelease, AT } from '../../testing/builders.ts';
import { changeAsset } from '../change-asset.ts';
import type { ObjectStore } from '../ports.ts';
import { deleteRelease } from '../releases/delete-release.ts';
import { purgeLeftovers, type PurgeLeftoversDeps } from './purge-leftovers.ts';
import { sweepPurges } from './sweep-purges.ts';

const SETTLE_MS = 60_000;

describe('purging what a published asset shows no more (I6)', () => {
  let at = 0;
  const now = () => new Date(at);
  let world: ReturnType<typeof aWorld>;
  let asset: PublishedAsset;
  let folder: string;
  const kept = newId('release');

  function aWorld() {
    const [files, media] = [memoryObjectStore(), memoryObjectStore()];
    const assets = memoryAssetRepository();
    const releases = memoryReleaseRepository();
    const change = changeAsset({
      assets,
      replica: { take: async () => undefined },
      relay: () => undefined,
      newId,
      now,
    });
    const deps: PurgeLeftoversDeps = { assets, releases, stores: [files, media], settleMs: SETTLE_MS, now };
    return { files, media, assets, releases, deps, remove: deleteRelease({ change, releases }) };
  }

  beforeEach(() => {
    at = Date.parse(AT);
    world = aWorld();
    folder = newId('release');
    const summary = { compatible_engine_ver: ['4.x'], size: 6, date_posted: AT };
    asset = anAsset({
      releases: {
        '1.0.0': { ...summary, release_id: folder },
        '2.0.0': { ...summary, release_id: kept },
      },
    });
    world.assets.put(asset);
    world.releases.put(aRelease({ asin: asset.asin, release_id: folder }));
    world.releases.put(aRelease({ asin: asset.asin, release_id: kept, version: '2.0.0' }));
    world.files.keys.add(`${asset.asin}/${folder}/file/1`).add(`${asset.asin}/${folder}/file/1.manifest`);
    world.files.keys.add(`${asset.asin}/${kept}/file/1`);
    world.media.keys.add(`${asset.asin}/image_a/1/256.webp`);
  });

  const removeRelease = () => world.remove({ asin: asset.asin, version: '1.0.0', userId: asset.user_id });
  const due = () => world.assets.purgesDue(now().toISOString());

  /** Runs whatever is due until nothing is. */
  async function runAll(purge = purgeLeftovers(world.deps)) {
    const sweep = sweepPurges({ assets: world.assets, purge, onFailure: () => undefined, now });
    for (let i = 0; i < 10; i += 1, at += SETTLE_MS) await sweep();
  }

  async function expectOnlyTheRest() {
    expect([...world.files.keys]).toEqual([`${asset.asin}/${kept}/file/1`]);
    expect([...world.media.keys]).toEqual([`${asset.asin}/image_a/1/256.webp`]);
    expect(await world.releases.get(asset.asin, folder)).toBeUndefined();
    expect(await world.releases.get(asset.asin, kept)).toBeDefined();
    const left = await world.assets.get(asset.asin);
    expect(left).toMatchObject({ status: 'published', removed_versions: ['1.0.0'], revision: 2 });
    expect([left?.due_at, left?.due_shard, left?.status === 'published' && left.leftovers]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  }

  it('empties the folder and removes the record of a deleted release, at once', async () => {
    await removeRelease();
    expect(await due()).toEqual([asset.asin]);
    await purgeLeftovers(world.deps)(asset.asin);
    expect(world.files.keys.size).toBe(1);
    expect(await due(), 'not again before a late copy may have arrived').toEqual([]);
    await runAll();
    await expectOnlyTheRest();
  });

  it('catches a copy that arrives between two passes', async () => {
    await removeRelease();
    await purgeLeftovers(world.deps)(asset.asin);
    world.files.keys.add(`${asset.asin}/${folder}/late/2`);
    await runAll();
    await expectOnlyTheRest();
  });

  it('leaves the objects of a removed picture alone until no cache shows them', async () => {
    const dueAt = new Date(at + 3_600_000).toISOString();
    const leftovers = { image_a: { due_at: dueAt } };
    world.assets.put({ ...asset, leftovers, due_at: dueAt, due_shard: '0' });
    await purgeLeftovers(world.deps)(asset.asin);
    expect(world.media.keys.size).toBe(1);
    at += 3_600_000;
    await runAll();
    expect(world.media.keys.size).toBe(0);
  });

  it('loses to an edit, keeps what that has put on the list, and does it again', async () => {
    await removeRelease();
    const between: PurgeLeftoversDeps = {
      ...world.deps,
      assets: {
        get: (asin) => world.assets.get(asin),
        async settleLeftovers(read, left) {
          const leftovers = { ...read.leftovers, image_a: { due_at: AT } };
          const event = anEvent({ asin: asset.asin, revision: read.revision + 1 });
          await world.assets.edit(read, { leftovers }, event);
          return world.assets.settleLeftovers(read, left);
        },
      },
    };
    await purgeLeftovers(between)(asset.asin);
    expect(await due()).toEqual([asset.asin]);
    await runAll();
    expect([world.media.keys.size, world.files.keys.size]).toEqual([0, 1]);
    expect(await due()).toEqual([]);
  });

  it.each(['files', 'media', 'release', 'settle'] as const)(
    'interrupted after the step "%s", three times, is finished by the sweep',
    async (step) => {
      await removeRelease();
      let kills = 3;
      const dying = async <T>(result: Promise<T>): Promise<T> => {
        const value = await result;
        if (kills > 0) {
          kills -= 1;
          throw new Error('killed');
        }
        return value;
      };
      const dyingStore = (name: 'files' | 'media'): ObjectStore => ({
        deletePrefix: (prefix) =>
          step === name ? dying(world[name].deletePrefix(prefix)) : world[name].deletePrefix(prefix),
      });
      const { assets, releases } = world;
      const purge = purgeLeftovers({
        ...world.deps,
        stores: [dyingStore('files'), dyingStore('media')],
        releases: {
          delete: (asin, id) =>
            step === 'release' ? dying(releases.delete(asin, id)) : releases.delete(asin, id),
        },
        assets: {
          get: (asin) => assets.get(asin),
          settleLeftovers: (read, left) =>
            step === 'settle'
              ? dying(assets.settleLeftovers(read, left))
              : assets.settleLeftovers(read, left),
        },
      });
      await expect(purge(asset.asin)).rejects.toThrow('killed');
      await runAll(purge);
      await expectOnlyTheRest();
    },
  );

  it('of an asset that is deleted meanwhile is left to the purge of that', async () => {
    await purgeLeftovers(world.deps)(newId('asset'));
    await purgeLeftovers(world.deps)(asset.asin);
    expect(world.files.keys.size).toBe(3);
  });

  it('stops between steps when it is told to, and stays due', async () => {
    await removeRelease();
    await expect(purgeLeftovers(world.deps)(asset.asin, AbortSignal.abort())).rejects.toThrow('aborted');
    expect(await due()).toEqual([asset.asin]);
  });
});
