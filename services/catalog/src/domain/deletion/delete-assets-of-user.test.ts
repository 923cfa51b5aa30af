import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { memoryAssetRepository } from '../../adapters/memory-asset-repository.ts';
import { memoryChangeLog } from '../../adapters/memory-change-log.ts';
import { memorySearchIndex } from '../../adapters/memory-search-index.ts';
import { anAsset, AT } from '../../testing/builders.ts';
import { createReplica } from '../replica/replica.ts';
import { deleteAssetsOfUser, type UserCascadePass } from './delete-assets-of-user.ts';

const userId = 'user_gone';

function aWorld(options: { indexed?: (asin: string) => boolean; deleted?: boolean } = {}) {
  const assets = memoryAssetRepository();
  const now = () => new Date(AT);
  const replica = createReplica({ assets, changes: memoryChangeLog(), index: memorySearchIndex(), now });
  const scheduled: UserCascadePass[] = [];
  const relayed: string[] = [];
  const cascade = deleteAssetsOfUser({
    assets: {
      ...assets,
      async *idsOfOwner(id) {
        for await (const page of assets.idsOfOwner(id)) yield page.filter(options.indexed ?? (() => true));
      },
    },
    replica,
    isUserDeleted: async () => options.deleted ?? true,
    schedule: async (pass) => void scheduled.push(pass),
    relay: (asin) => void relayed.push(asin),
    newId,
    now,
  });
  const published = () => {
    const asset = anAsset({ user_id: userId });
    assets.put(asset);
    return asset.asin;
  };
  const status = async (asin: string) => (await assets.get(asin))?.status;
  return { assets, replica, scheduled, relayed, cascade, published, status };
}

describe("deleting a user's assets (I6)", () => {
  it('puts a tombstone in the place of each, with its event, and looks again', async () => {
    const { assets, cascade, published, status, scheduled, relayed } = aWorld();
    const mine = [published(), published()];
    const other = anAsset();
    assets.put(other);
    await cascade({ userId, cleanPasses: 0 });
    for (const asin of mine) {
      expect(await status(asin)).toBe('deleted');
      const [event] = Object.values((await assets.get(asin))?.outbox ?? {});
      expect(event).toMatchObject({ type: 'asset.deleted', asin, user_id: userId });
    }
    expect(await status(other.asin)).toBe('published');
    expect(relayed.sort()).toEqual(mine.sort());
    expect(scheduled).toEqual([{ userId, cleanPasses: 0 }]);
  });

  it('repeats until two passes in a row have found nothing', async () => {
    const { cascade, published, status, scheduled } = aWorld();
    await cascade({ userId, cleanPasses: 0 });
    const late = published();
    for (let pass = scheduled.shift(); pass !== undefined; pass = scheduled.shift()) await cascade(pass);
    expect(await status(late)).toBe('deleted');
  });

  it('finds through memory what the index does not show yet', async () => {
    const { assets, replica, cascade, published, status } = aWorld({ indexed: () => false });
    const asin = published();
    const asset = await assets.get(asin);
    if (asset !== undefined) await replica.take([asset]);
    await cascade({ userId, cleanPasses: 0 });
    expect(await status(asin)).toBe('deleted');
    expect(replica.get(asin)).toBeUndefined();
  });

  it('touches nothing of a user who is not deleted', async () => {
    const { cascade, published, status, scheduled } = aWorld({ deleted: false });
    const asin = published();
    expect(await cascade({ userId, cleanPasses: 0 })).toBe(false);
    expect(await status(asin)).toBe('published');
    expect(scheduled).toEqual([]);
  });

  it('stopped in the middle goes on where it was, when the message comes again', async () => {
    const { cascade, published, status, scheduled } = aWorld();
    const mine = [published(), published()];
    const stop = AbortSignal.abort();
    await expect(cascade({ userId, cleanPasses: 0 }, stop)).rejects.toThrow('aborted');
    expect(scheduled).toEqual([]);
    await cascade({ userId, cleanPasses: 0 });
    for (const asin of mine) expect(await status(asin)).toBe('deleted');
  });
});
