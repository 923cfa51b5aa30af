import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import { memoryAssetRepository } from '../../adapters/memory-asset-repository.ts';
import { memoryChangeLog } from '../../adapters/memory-change-log.ts';
import { memoryCountStore } from '../../adapters/memory-count-store.ts';
import { inProcessSearchIndex } from '../../adapters/search-index/in-process-search-index.ts';
import { anAsset, anEvent, aGrant, AT } from '../../testing/builders.ts';
import { countDownloads } from '../downloads/count-downloads.ts';
import type { AssetEvent } from '../ports.ts';
import { recordAssetChange } from '../record-asset-change.ts';
import { SORTS, type IndexChange, type SearchCriteria } from '../search/search-index.ts';
import type { LoggedChange } from './change-log.ts';
import { createReplica } from './replica.ts';

const now = () => new Date(AT);

function aWorld() {
  const assets = memoryAssetRepository();
  const changes = memoryChangeLog();
  const record = recordAssetChange({ changes });
  const count = countDownloads({ store: memoryCountStore(), assets, changes, newId, now });
  const aReplica = () => {
    const index = inProcessSearchIndex();
    return { index, replica: createReplica({ assets, changes, index, now }) };
  };
  return { assets, changes, record, count, aReplica };
}

const QUERIES: SearchCriteria[] = [
  ...SORTS.map((sort) => ({ tags: [], sort })),
  { tags: [], sort: 'relevance', text: 'name' },
  { tags: ['even'], sort: 'newest' },
  { tags: [], sort: 'downloads', text: 'name 3' },
];

type World = ReturnType<typeof aWorld>;

/** Everything that can be seen of a replica. */
async function view({ index, replica }: ReturnType<World['aReplica']>, asins: readonly string[]) {
  return {
    assets: asins.map((asin) => replica.get(asin)),
    deleted: asins.map((asin) => replica.isDeleted(asin)),
    searches: await Promise.all(QUERIES.map((query) => index.search(query, { limit: 1_000 }))),
  };
}

const operation = fc.record({
  asset: fc.nat(2),
  kind: fc.constantFrom(
    ...([
      'create',
      'create',
      'edit',
      'edit',
      'delete',
      'download',
      'download',
      'tail',
      'deliver',
      'deliver',
    ] as const),
  ),
  name: fc.nat(9),
});

describe('a replica (I12)', () => {
  it('kept by the log equals one rebuilt from the table, with events repeated, reordered and late', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 20, maxLength: 80, size: 'max' }),
        fc.infiniteStream(fc.nat()),
        async (ops, dice) => {
          const world = aWorld();
          const { assets, record, count } = world;
          const kept = world.aReplica();
          await kept.replica.catchUp();
          const asins = Array.from({ length: 3 }, (_, i) => `asset_${i}`);
          const undelivered: AssetEvent[] = [];
          const delivered: AssetEvent[] = [];
          const pick = (events: AssetEvent[]) => events[(dice.next().value ?? 0) % events.length];
          const deliver = async (event: AssetEvent | undefined) => {
            if (event === undefined) return;
            await record(event);
            delivered.push(event);
          };

          for (const { asset: i, kind, name } of ops) {
            const asin = asins[i] ?? '';
            const item = await assets.get(asin);
            if (kind === 'create' && item === undefined) {
              assets.put(anAsset({ asin, name: `name ${name}`, tags: name % 2 ? [] : ['even'] }));
              undelivered.push(anEvent({ asin, type: 'asset.published', revision: 1 }));
            } else if (kind === 'edit' && item?.status === 'published') {
              const event = anEvent({ asin, revision: item.revision + 1 });
              await assets.edit(item, { name: `name ${name}` }, event);
              undelivered.push(event);
            } else if (kind === 'delete' && item?.status === 'published') {
              await assets.bury(item, tombstoneOf(item, newId('event'), AT));
              undelivered.push(anEvent({ asin, type: 'asset.deleted', revision: item.revision + 1 }));
            } else if (kind === 'download') {
              const grant = aGrant({ asin });
              await count([grant]);
              if (name % 3 === 0) await count([grant, grant]);
            } else if (kind === 'deliver') {
              const event = pick(undelivered);
              undelivered.splice(0, undelivered.length, ...undelivered.filter((each) => each !== event));
              await deliver(event);
              if (name % 4 === 0) await deliver(pick(delivered));
            } else if (kind === 'tail') {
              await kept.replica.catchUp();
            }
          }
          for (const event of undelivered.reverse()) await deliver(event);
          await kept.replica.catchUp();

          const rebuilt = world.aReplica();
          await rebuilt.replica.catchUp();
          expect(await view(kept, asins)).toEqual(await view(rebuilt, asins));
          for (const asin of asins) {
            const item = await assets.get(asin);
            expect(kept.replica.get(asin)?.revision).toBe(
              item?.status === 'published' ? item.revision : undefined,
            );
          }
        },
      ),
    );
  });

  it('is not ready before it has read the table and followed the log to its end', async () => {
    const world = aWorld();
    world.assets.put(anAsset({ asin: 'asset_a' }));
    const { replica } = world.aReplica();
    expect(replica.isReady()).toBe(false);
    await replica.catchUp();
    expect(replica.isReady()).toBe(true);
    expect(replica.get('asset_a')).toBeDefined();
  });

  it('misses nothing that changes while the table is read', async () => {
    const world = aWorld();
    world.assets.put(anAsset({ asin: 'asset_a', name: 'before' }));
    const index = inProcessSearchIndex();
    const scanThenEdit = async function* () {
      yield* world.assets.scan();
      world.assets.put(anAsset({ asin: 'asset_a', name: 'after', revision: 2 }));
      await world.record(anEvent({ asin: 'asset_a', revision: 2 }));
    };
    const replica = createReplica({
      assets: { scan: scanThenEdit, getMany: (asins) => world.assets.getMany(asins) },
      changes: world.changes,
      index,
      now,
    });
    await replica.catchUp();
    expect(replica.get('asset_a')?.name).toBe('after');
  });

  it('is not brought back to an older revision, nor a deleted asset to life, by what it is given late', async () => {
    const { replica, index } = aWorld().aReplica();
    const first = anAsset({ asin: 'asset_a' });
    const second = { ...first, revision: 2, name: 'Second' };
    await replica.take([second]);
    await replica.take([first]);
    expect(replica.get('asset_a')?.name).toBe('Second');
    await replica.take([tombstoneOf(second, newId('event'), AT)]);
    await replica.take([first, second]);
    expect(replica.get('asset_a')).toBeUndefined();
    expect((await index.search({ tags: [], sort: 'newest' }, { limit: 1 })).total).toBe(0);
  });

  it('reads the table again when the log begins after the place where it stood', async () => {
    const world = aWorld();
    const index = inProcessSearchIndex();
    let log: LoggedChange[] = [];
    const changes = {
      head: async () => log.at(-1)?.seq ?? 0,
      after: async (seq: number) => log.filter((each) => each.seq > seq),
    };
    const replica = createReplica({ assets: world.assets, changes, index, now });
    await replica.catchUp();
    world.assets.put(anAsset({ asin: 'asset_a' }));
    log = [{ seq: 8, change: { id: 'e', type: 'downloads.counted', totals: {}, at: AT } }];
    await replica.catchUp();
    expect(replica.get('asset_a')).toBeDefined();
  });

  it('fills the index again after it was lost, and is not searchable until then', async () => {
    const world = aWorld();
    const index = inProcessSearchIndex();
    let lost = false;
    const losing = {
      ...index,
      isLost: () => lost,
      async apply(changes: readonly IndexChange[]) {
        if (lost) throw new Error('lost');
        await index.apply(changes);
      },
      async reset() {
        await index.reset();
        lost = false;
      },
    };
    const replica = createReplica({ ...world, index: losing, now });
    const [kept, gone] = [anAsset({ asin: 'asset_a' }), anAsset({ asin: 'asset_b' })];
    world.assets.put(kept);
    await replica.catchUp();
    expect(replica.isSearchable()).toBe(true);

    lost = true;
    await index.reset();
    await replica.take([anAsset({ asin: 'asset_c' }), gone, tombstoneOf(gone, newId('event'), AT)]);
    await replica.take([tombstoneOf({ ...gone, revision: 2 }, newId('event'), AT)]);
    expect(replica.isReady()).toBe(true);
    expect(replica.isSearchable()).toBe(false);

    await replica.catchUp();
    expect(replica.isSearchable()).toBe(true);
    const { hits } = await index.search({ tags: [], sort: 'name' }, { limit: 9 });
    expect(hits.map((hit) => hit.asin)).toEqual(['asset_c', 'asset_a']);
  });

  it('finds file names, platforms and formats, and keeps no file names in memory', async () => {
    const { replica, index } = aWorld().aReplica();
    const asset = anAsset({ file_words: ['trebuchet', 'rope'] });
    const { '1.0.0': first } = asset.releases;
    if (first === undefined) throw new Error('it has a release');
    const releases = {
      '1.0.0': { ...first, platforms: ['linux-x64'], formats: ['zip'] },
      '0.9.0': { ...first, platforms: ['windows-x64'], yanked: { reason: 'Old.', at: AT } },
    };
    await replica.take([{ ...asset, releases }]);
    const totalOf = async (criteria: Partial<SearchCriteria>) =>
      (await index.search({ tags: [], sort: 'newest', ...criteria }, { limit: 1 })).total;
    expect(await totalOf({ text: 'rope trebu' })).toBe(1);
    expect(await totalOf({ platforms: ['linux-x64'], formats: ['zip'] })).toBe(1);
    expect(await totalOf({ platforms: ['windows-x64'] })).toBe(0);
    expect(JSON.stringify(replica.get(asset.asin))).not.toContain('trebuchet');
  });

  it('finds file names also in an index that was filled again', async () => {
    const world = aWorld();
    const index = inProcessSearchIndex();
    let lost = false;
    const losing = { ...index, isLost: () => lost, reset: async () => void (lost = false) };
    const replica = createReplica({ ...world, index: losing, now });
    world.assets.put(anAsset({ file_words: ['trebuchet'] }));
    await replica.catchUp();
    await index.reset();
    lost = true;
    await replica.catchUp();
    expect((await index.search({ text: 'trebuchet', tags: [], sort: 'newest' }, { limit: 1 })).total).toBe(1);
  });
});
