import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { memoryAssetRepository } from '../../adapters/memory-asset-repository.ts';
import { memoryChangeLog } from '../../adapters/memory-change-log.ts';
import { inProcessSearchIndex } from '../../adapters/search-index/in-process-search-index.ts';
import { anAsset, AT } from '../../testing/builders.ts';
import { NOBODY } from '../assets/nobody.ts';
import { changeAsset } from '../change-asset.ts';
import { createReplica } from '../replica/replica.ts';
import { deleteAssetsOfUser, type CascadePause, type UserCascadePass } from './delete-assets-of-user.ts';

const userId = 'user_gone';

function aWorld(options: { indexed?: (asin: string) => boolean; deleted?: boolean; ready?: boolean } = {}) {
  const assets = memoryAssetRepository();
  const now = () => new Date(AT);
  const replica = createReplica({
    assets,
    changes: memoryChangeLog(),
    index: inProcessSearchIndex(),
    now,
  });
  const scheduled: UserCascadePass[] = [];
  const pauses: CascadePause[] = [];
  const reported: UserCascadePass[] = [];
  const relayed: string[] = [];
  const relay = (asin: string) => void relayed.push(asin);
  const cascade = deleteAssetsOfUser({
    assets: {
      ...assets,
      async *idsOfOwner(id) {
        for await (const page of assets.idsOfOwner(id)) yield page.filter(options.indexed ?? (() => true));
      },
    },
    replica: { ...replica, isReady: () => options.ready ?? true },
    ownership: replica,
    change: changeAsset({ assets, replica, relay, newId, now }),
    isUserDeleted: async () => options.deleted ?? true,
    schedule: async (pass, pause) => {
      scheduled.push(pass);
      pauses.push(pause);
    },
    onUserPurged: async (pass) => reported.push(pass) > 0,
    relay,
    newId,
    now,
  });
  const published = () => {
    const asset = anAsset({ user_id: userId });
    assets.put(asset);
    return asset.asin;
  };
  const status = async (asin: string) => (await assets.get(asin))?.status;
  return { assets, replica, scheduled, pauses, reported, relayed, cascade, published, status };
}

describe("deleting a user's assets (I6)", () => {
  it('puts a tombstone in the place of each, with its event, and looks again', async () => {
    const { assets, cascade, published, status, scheduled, relayed } = aWorld();
    const mine = [published(), published()];
    const other = anAsset();
    assets.put(other);
    await cascade({ userId, cleanPasses: 0, assets: 'delete' });
    for (const asin of mine) {
      expect(await status(asin)).toBe('deleted');
      const [event] = Object.values((await assets.get(asin))?.outbox ?? {});
      expect(event).toMatchObject({ type: 'asset.deleted', asin, user_id: userId });
    }
    expect(await status(other.asin)).toBe('published');
    expect(relayed.sort()).toEqual(mine.sort());
    expect(scheduled).toMatchObject([{ userId, cleanPasses: 0, assets: 'delete' }]);
  });

  it('repeats until two passes in a row have found nothing', async () => {
    const { cascade, published, status, scheduled, reported } = aWorld();
    await cascade({ userId, cleanPasses: 0, assets: 'delete' });
    const late = published();
    for (let pass = scheduled.shift(); pass !== undefined; pass = scheduled.shift()) await cascade(pass);
    expect(await status(late)).toBe('deleted');
    expect(reported).toEqual([{ userId, cleanPasses: 2, assets: 'delete', settled: 1 }]);
  });

  it('goes on behind the news that it has made, however many assets there are, and counts them all', async () => {
    const { cascade, published, status, scheduled, pauses, reported, relayed } = aWorld();
    const mine = Array.from({ length: 60 }, () => published());
    const perPass: number[] = [];
    scheduled.push({ userId, cleanPasses: 0, assets: 'delete' });
    for (let pass = scheduled.shift(); pass !== undefined; pass = scheduled.shift()) {
      const before = relayed.length;
      await cascade(pass);
      perPass.push(relayed.length - before);
    }
    expect(perPass).toEqual([25, 25, 10, 0, 0]);
    expect(pauses).toEqual(['none', 'none', 'index', 'index']);
    for (const asin of mine) expect(await status(asin)).toBe('deleted');
    expect(reported).toMatchObject([{ settled: 60 }]);
  });

  it('does a few at once: the others come again after a moment, unchanged', async () => {
    const { cascade, published, scheduled, pauses, relayed } = aWorld();
    published();
    const pass: UserCascadePass = { userId, cleanPasses: 1, assets: 'delete', settled: 7 };
    const made = await Promise.all(Array.from({ length: 5 }, () => cascade(pass)));
    expect(made).toEqual(Array.from({ length: 5 }, () => true));
    expect(pauses.filter((pause) => pause === 'moment')).toHaveLength(3);
    expect(scheduled.filter((each, i) => pauses[i] === 'moment' && each === pass)).toHaveLength(3);
    expect(relayed).toHaveLength(1);
    await cascade(pass);
    expect(pauses.at(-1)).toBe('index');
  });

  it('finds through memory what the index does not show yet', async () => {
    const { assets, replica, cascade, published, status } = aWorld({ indexed: () => false });
    const asin = published();
    const asset = await assets.get(asin);
    if (asset !== undefined) await replica.take([asset]);
    await cascade({ userId, cleanPasses: 0, assets: 'delete' });
    expect(await status(asin)).toBe('deleted');
    expect(replica.get(asin)).toBeUndefined();
  });

  it('takes the user from what others own', async () => {
    const { assets, replica, cascade, scheduled } = aWorld();
    const [left, other] = [newId('user'), newId('user')];
    const asset = anAsset({ co_owners: [left, userId, other] });
    assets.put(asset);
    await replica.take([asset]);
    await cascade({ userId, cleanPasses: 1, assets: 'delete' });
    const item = await assets.get(asset.asin);
    expect(item).toMatchObject({ status: 'published', revision: 2, co_owners: [left, other] });
    expect(Object.values(item?.outbox ?? {})).toMatchObject([{ type: 'asset.updated' }]);
    expect(scheduled).toMatchObject([{ userId, cleanPasses: 0, assets: 'delete' }]);
  });

  it('waits until memory knows all co-owners', async () => {
    const { cascade, published, status, scheduled } = aWorld({ ready: false });
    const asin = published();
    await expect(cascade({ userId, cleanPasses: 0, assets: 'delete' })).rejects.toMatchObject({
      code: 'search.unavailable',
    });
    expect([await status(asin), scheduled]).toEqual(['published', []]);
  });

  it('leaves them to nobody, when the user wanted that, withheld ones too', async () => {
    const { assets, cascade, scheduled, replica } = aWorld();
    const withheld = { reason: 'Not theirs.', at: AT };
    const mine = [
      anAsset({ user_id: userId, co_owners: [newId('user')] }),
      anAsset({ user_id: userId, withheld }),
    ];
    for (const each of mine) assets.put(each);
    await cascade({ userId, cleanPasses: 0, assets: 'keep' });
    for (const { asin, name } of mine) {
      const item = await assets.get(asin);
      expect(item).toMatchObject({ status: 'published', user_id: NOBODY, co_owners: [], name, revision: 2 });
      expect(JSON.stringify(item)).not.toContain(userId);
      expect(replica.get(asin)?.user_id).toBe(NOBODY);
    }
    for (let pass = scheduled.shift(); pass !== undefined; pass = scheduled.shift()) {
      expect(pass.assets).toBe('keep');
      await cascade(pass);
    }
    expect(await assets.get(mine[0]?.asin ?? '')).toMatchObject({ status: 'published', revision: 2 });
  });

  it('touches nothing of a user who is not deleted', async () => {
    const { cascade, published, status, scheduled } = aWorld({ deleted: false });
    const asin = published();
    expect(await cascade({ userId, cleanPasses: 0, assets: 'delete' })).toBe(false);
    expect(await status(asin)).toBe('published');
    expect(scheduled).toEqual([]);
  });

  it('stopped in the middle goes on where it was, when the message comes again', async () => {
    const { cascade, published, status, scheduled } = aWorld();
    const mine = [published(), published()];
    const stop = AbortSignal.abort();
    await expect(cascade({ userId, cleanPasses: 0, assets: 'delete' }, stop)).rejects.toThrow('aborted');
    expect(scheduled).toEqual([]);
    await cascade({ userId, cleanPasses: 0, assets: 'delete' });
    for (const asin of mine) expect(await status(asin)).toBe('deleted');
  });
});
