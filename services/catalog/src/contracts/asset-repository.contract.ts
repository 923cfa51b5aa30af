import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { AssetRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import type { AssetRepository } from '../domain/ports.ts';
import { anAsset, anEvent, AT } from '../testing/builders.ts';

export interface AssetRepositoryUnderTest {
  assets: AssetRepository;
  /** Writes an item as ingest would. */
  put: (record: AssetRecord) => Promise<void> | void;
}

const NOTHING_LEFT = { leftovers: undefined, due_at: undefined, due_shard: undefined };
const LATER = '2026-11-22T13:00:00.000Z';

async function collect<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

export function assetRepositoryContract(name: string, make: () => AssetRepositoryUnderTest): void {
  describe(`asset repository: ${name}`, () => {
    let assets: AssetRepository;
    let given: (changes?: Partial<PublishedAsset>) => Promise<PublishedAsset>;

    beforeEach(() => {
      const made = make();
      assets = made.assets;
      given = async (changes) => {
        const asset = anAsset(changes);
        await made.put(asset);
        return asset;
      };
    });

    const edited = (asset: PublishedAsset, name: string) =>
      assets.edit(
        asset,
        { name },
        anEvent({ asin: asset.asin, revision: asset.revision + 1, occurred_at: LATER }),
      );

    const buried = async (asset: PublishedAsset, now = AT) => {
      const tombstone = tombstoneOf(asset, newId('event'), now);
      expect(await assets.bury(asset, tombstone)).toBe(true);
      return tombstone;
    };

    it('reads what was published, and nothing for an unknown id', async () => {
      const asset = await given();
      expect(await assets.get(asset.asin)).toEqual(asset);
      expect(await assets.get(newId('asset'))).toBeUndefined();
    });

    it('reads many at once, without the ones that it does not have', async () => {
      const [a, b] = [await given(), await given()];
      const found = await assets.getMany([a.asin, newId('asset'), b.asin]);
      expect(found.map((each) => each.asin).sort()).toEqual([a.asin, b.asin].sort());
      expect(await assets.getMany([])).toEqual([]);
    });

    it('scans every item once', async () => {
      const wanted = await Promise.all(Array.from({ length: 9 }, () => given()));
      const found = (await collect(assets.scan())).map((each) => each.asin);
      const ours = found.filter((asin) => wanted.some((each) => each.asin === asin));
      expect(ours.sort()).toEqual(wanted.map((each) => each.asin).sort());
    });

    it('writes an edit, its revision and its event in one', async () => {
      const asset = await given({ downloads: 4 });
      const event = anEvent({ asin: asset.asin, revision: 2, occurred_at: LATER });
      expect(await assets.edit(asset, { name: 'Renamed', tags: [] }, event)).toBe(true);
      expect(await assets.get(asset.asin)).toMatchObject({
        ...asset,
        name: 'Renamed',
        tags: [],
        revision: 2,
        date_updated: LATER,
        downloads: 4,
        outbox: { [event.id]: event },
        outbox_at: LATER,
      });
    });

    it('keeps the events that still wait', async () => {
      const asset = await given();
      await edited(asset, 'First');
      const between = await assets.get(asset.asin);
      if (between?.status !== 'published') throw new Error('not published');
      await edited(between, 'Second');
      expect(Object.keys((await assets.get(asset.asin))?.outbox ?? {})).toHaveLength(2);
    });

    it('lets one of two edits of one revision win', async () => {
      const asset = await given();
      const results = await Promise.all([edited(asset, 'One'), edited(asset, 'Two')]);
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await assets.get(asset.asin)).toMatchObject({ name: results[0] ? 'One' : 'Two', revision: 2 });
    });

    it('puts a tombstone in the place of an asset, once, and edits it no more', async () => {
      const asset = await given();
      const tombstone = await buried(asset);
      expect(await assets.get(asset.asin)).toEqual(tombstone);
      expect(await assets.bury(asset, tombstoneOf(asset, newId('event'), AT))).toBe(false);
      expect(await edited(asset, 'Too late')).toBe(false);
      expect(await assets.get(asset.asin)).toEqual(tombstone);
    });

    it("finds a user's assets", async () => {
      const user_id = newId('user');
      const mine = [await given({ user_id }), await given({ user_id })];
      await given();
      expect((await collect(assets.idsOfOwner(user_id))).sort()).toEqual(
        mine.map((each) => each.asin).sort(),
      );
    });

    it('finds the purges that are due, until they are put off or done', async () => {
      const asset = await given();
      const tombstone = await buried(asset);
      expect(await assets.purgesDue('2026-11-22T11:59:59.999Z')).not.toContain(asset.asin);
      expect(await assets.purgesDue(AT)).toContain(asset.asin);

      const again = { kind: 'again', dueAt: LATER, cleanPasses: 1 } as const;
      expect(await assets.settlePurge(tombstone, again)).toBe(true);
      expect(await assets.purgesDue(AT)).not.toContain(asset.asin);
      expect(await assets.purgesDue(LATER)).toContain(asset.asin);
      // A second purge of the same round comes too late to have a say.
      expect(await assets.settlePurge(tombstone, { kind: 'done' })).toBe(false);

      const waiting = await assets.get(asset.asin);
      if (waiting?.status !== 'deleted') throw new Error('no tombstone');
      expect(waiting).toMatchObject({ due_at: LATER, clean_passes: 1 });
      expect(await assets.settlePurge(waiting, { kind: 'done' })).toBe(true);
      expect(await assets.purgesDue(LATER)).not.toContain(asset.asin);
      const { due_at: _at, due_shard: _shard, ...rest } = tombstone;
      expect(await assets.get(asset.asin)).toEqual(rest);
    });

    it('removes what an edit sets to nothing', async () => {
      const asset = await given({ withheld: { reason: 'Stolen.', at: AT } });
      const event = anEvent({ asin: asset.asin, revision: 2, occurred_at: LATER });
      expect(await assets.edit(asset, { withheld: undefined }, event)).toBe(true);
      const shown = await assets.get(asset.asin);
      if (shown?.status !== 'published') throw new Error('not published');
      expect([shown.withheld, shown.name, shown.revision]).toEqual([undefined, asset.name, 2]);
    });

    it('moves an asset to another owner', async () => {
      const asset = await given();
      const user_id = newId('user');
      const event = anEvent({ asin: asset.asin, user_id, revision: 2 });
      expect(await assets.edit(asset, { user_id, co_owners: [] }, event)).toBe(true);
      expect(await collect(assets.idsOfOwner(user_id))).toEqual([asset.asin]);
      expect(await collect(assets.idsOfOwner(asset.user_id))).toEqual([]);
    });

    it('finds the leftovers that are due, and settles them without a new revision', async () => {
      const leftovers = { release_x: { due_at: AT } };
      const asset = await given({ leftovers, due_at: AT, due_shard: '1' });
      expect(await assets.purgesDue(AT)).toContain(asset.asin);

      const again = { release_x: { due_at: LATER, clean_passes: 1 } };
      const left = { leftovers: again, due_at: LATER, due_shard: '1' };
      expect(await assets.settleLeftovers(asset, left)).toBe(true);
      const waiting = { ...asset, ...left };
      expect(await assets.get(asset.asin)).toEqual(waiting);
      expect(await assets.purgesDue(AT)).not.toContain(asset.asin);
      expect(await assets.settleLeftovers(asset, left), 'another purge was first').toBe(false);

      await edited(waiting, 'Renamed');
      expect(await assets.settleLeftovers(waiting, {}), 'the asset was changed').toBe(false);
      const now = await assets.get(asset.asin);
      if (now?.status !== 'published') throw new Error('not published');
      expect(await assets.settleLeftovers(now, NOTHING_LEFT)).toBe(true);
      expect(await assets.purgesDue(LATER)).not.toContain(asset.asin);
      const done = await assets.get(asset.asin);
      if (done?.status !== 'published') throw new Error('not published');
      expect([done.leftovers, done.due_at, done.due_shard, done.revision]).toEqual([
        undefined,
        undefined,
        undefined,
        2,
      ]);
    });

    it('raises the downloads of a published asset, never lowers them, and makes no revision of it', async () => {
      const asset = await given();
      for (const total of [3, 2, 3]) expect(await assets.raiseDownloads(asset.asin, total)).toBe(true);
      expect(await assets.get(asset.asin)).toEqual({ ...asset, downloads: 3 });
      await buried(asset);
      expect(await assets.raiseDownloads(asset.asin, 9)).toBe(false);
      expect(await assets.raiseDownloads(newId('asset'), 9)).toBe(false);
    });
  });
}
