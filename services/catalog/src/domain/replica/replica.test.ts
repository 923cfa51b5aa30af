import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import { memoryAssetRepository } from '../../adapters/memory-asset-repository.ts';
import { memoryChangeLog } from '../../adapters/memory-change-log.ts';
import { memoryDownloadCounter } from '../../adapters/memory-download-counter.ts';
import { memorySearchIndex } from '../../adapters/memory-search-index.ts';
import { anAsset, anEvent, aGrant, AT } from '../../testing/builders.ts';
import { countDownloads } from '../downloads/count-downloads.ts';
import type { AssetEvent } from '../ports.ts';
import { recordAssetChange } from '../record-asset-change.ts';
import { SORTS, type SearchCriteria } from '../search/search-index.ts';
import type { LoggedChange } from './change-log.ts';
import { createReplica } from './replica.ts';

const now = () => new Date(AT);

function aWorld() {
  const assets = memoryAssetRepository();
  const changes = memoryChangeLog();
  const record = recordAssetChange({ changes });
  const count = countDownloads({ counter: memoryDownloadCounter(), assets, changes, newId, now });
  const aReplica = () => {
    const index = memorySearchIndex();
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
    const index = memorySearchIndex();
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
    const index = memorySearchIndex();
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

  it('knows the assets of an owner, without the deleted ones', async () => {
    const { replica } = aWorld().aReplica();
    const asset = anAsset({ user_id: 'user_a' });
    await replica.take([asset, anAsset({ user_id: 'user_b' })]);
    expect(replica.idsOfOwner('user_a')).toEqual([asset.asin]);
    await replica.take([tombstoneOf(asset, newId('event'), AT)]);
    expect(replica.idsOfOwner('user_a')).toEqual([]);
  });
});
