import type { AssetRecord } from '@cairn/shared/records/asset-record';
import { newId } from '@cairn/shared/ids';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import { memoryAssetRepository } from '../adapters/memory-asset-repository.ts';
import { memoryChangeLog } from '../adapters/memory-change-log.ts';
import { memorySnapshotShelf } from '../adapters/memory-snapshot-shelf.ts';
import { inProcessSearchIndex } from '../adapters/search-index/in-process-search-index.ts';
import { createVocabulary } from '../domain/browse/vocabulary.ts';
import { recordAssetChange } from '../domain/record-asset-change.ts';
import { keepSnapshots } from '../domain/replica/keep-snapshots.ts';
import { createReplica } from '../domain/replica/replica.ts';
import type { SnapshotShelf } from '../domain/replica/snapshot-shelf.ts';
import { anAsset, anEvent, AT } from './builders.ts';

/** A table, its log and a shelf of snapshots, and as many replicas of them as are asked for. */
export function aReplicatedCatalog() {
  let at = Date.parse(AT);
  let scans = 0;
  const now = () => new Date(at);
  const table = memoryAssetRepository();
  const assets = {
    ...table,
    scan() {
      scans += 1;
      return table.scan();
    },
  };
  const changes = memoryChangeLog(now);
  const shelf = memorySnapshotShelf();
  const refusals: string[] = [];

  async function aReplica(
    from: Pick<SnapshotShelf, 'list' | 'open'> = shelf,
    early: readonly AssetRecord[] = [],
  ) {
    const index = inProcessSearchIndex();
    const vocabulary = createVocabulary();
    const replica = createReplica({
      assets,
      changes,
      index,
      shelf: from,
      onSnapshotRefused: (_name, reason) => refusals.push(reason),
      now,
      views: { vocabulary },
    });
    await replica.take(early);
    await replica.catchUp();
    const keep = keepSnapshots({
      replica,
      shelf,
      turn: { take: async () => ({ end: async () => undefined }) },
      changes,
      everyChanges: 3,
      everyMs: 60_000,
      keepChangesMs: 1_000,
      now,
      onWritten: () => undefined,
    });
    const view = async (asins: readonly string[]) => ({
      records: asins.map((asin) => [replica.get(asin), replica.isDeleted(asin), replica.revisionOf(asin)]),
      found: await index.search(
        { tags: [], sort: 'downloads' },
        { limit: 99, facets: { names: ['kind', 'tags', 'license'] } },
      ),
      words: await index.search({ text: 'trebuchet', tags: [], sort: 'relevance' }, { limit: 99 }),
      owned: replica.idsOfOwner('user_a').sort(),
      shared: replica.idsOfCoOwner('user_c').sort(),
      vocabulary: [vocabulary.tags(), vocabulary.licenses(), vocabulary.namedSeries()],
    });
    return { replica, index, keep, view };
  }

  const put = async (changes_: Parameters<typeof anAsset>[0] = {}) => {
    const asset = anAsset({ user_id: 'user_a', file_words: ['trebuchet'], ...changes_ });
    table.put(asset);
    await recordAssetChange({ changes })(anEvent({ asin: asset.asin, revision: asset.revision }));
    return asset;
  };
  const bury = async (asset: Awaited<ReturnType<typeof put>>) => {
    table.put(tombstoneOf(asset, newId('event'), AT));
    await recordAssetChange({ changes })(anEvent({ asin: asset.asin, revision: asset.revision + 1 }));
  };
  return {
    assets,
    table,
    changes,
    shelf,
    refusals,
    aReplica,
    put,
    bury,
    now,
    scans: () => scans,
    pass: (ms: number) => void (at += ms),
  };
}

export type ReplicatedCatalog = ReturnType<typeof aReplicatedCatalog>;

/** Some assets in all states, and a replica that has written a snapshot of them. */
export async function aWrittenSnapshot(world: ReplicatedCatalog) {
  const kept = [
    await world.put({ co_owners: ['user_b', 'user_c'] }),
    await world.put({ kind: '2d', license: 'MIT' }),
  ];
  const gone = await world.put();
  await world.bury(gone);
  const first = await world.aReplica();
  const loved = kept[0]?.asin ?? '';
  await world.table.raiseDownloads(loved, 7);
  await world.changes.append({
    id: newId('event'),
    type: 'downloads.counted',
    totals: { [loved]: 7 },
    at: AT,
  });
  await first.replica.catchUp();
  await first.keep();
  return { first, asins: [...kept, gone].map(({ asin }) => asin) };
}
