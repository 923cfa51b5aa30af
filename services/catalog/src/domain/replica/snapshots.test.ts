import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { AssetRecord } from '@cairn/shared/records/asset-record';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import { memoryAssetRepository } from '../../adapters/memory-asset-repository.ts';
import { memoryChangeLog } from '../../adapters/memory-change-log.ts';
import { memorySnapshotShelf } from '../../adapters/memory-snapshot-shelf.ts';
import { inProcessSearchIndex } from '../../adapters/search-index/in-process-search-index.ts';
import { anAsset, anEvent, AT } from '../../testing/builders.ts';
import { createOwnership } from '../browse/ownership.ts';
import { createVocabulary } from '../browse/vocabulary.ts';
import { recordAssetChange } from '../record-asset-change.ts';
import { compareWithTables, type Comparison } from './compare-with-tables.ts';
import { keepSnapshots } from './keep-snapshots.ts';
import { createReplica } from './replica.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';

function aWorld() {
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
  const comparisons: Comparison[] = [];

  async function aReplica(
    from: Pick<SnapshotShelf, 'list' | 'open'> = shelf,
    early: readonly AssetRecord[] = [],
  ) {
    const index = inProcessSearchIndex();
    const ownership = createOwnership();
    const vocabulary = createVocabulary();
    const replica = createReplica({
      assets,
      changes,
      index,
      shelf: from,
      onSnapshotRefused: (_name, reason) => refusals.push(reason),
      now,
      watchers: [ownership.watch, vocabulary.watch],
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
      owned: ownership.idsOfOwner('user_a').sort(),
      tags: vocabulary.tags(),
    });
    return { replica, index, keep, view };
  }

  const put = async (changes_: Parameters<typeof anAsset>[0] = {}) => {
    const asset = anAsset({ user_id: 'user_a', file_words: ['trebuchet'], ...changes_ });
    table.put(asset);
    await recordAssetChange({ changes })(anEvent({ asin: asset.asin, revision: asset.revision }));
    return asset;
  };
  return {
    assets,
    table,
    changes,
    shelf,
    refusals,
    comparisons,
    aReplica,
    put,
    now,
    scans: () => scans,
    pass: (ms: number) => void (at += ms),
  };
}

type World = ReturnType<typeof aWorld>;

/** Some assets in all states, and a replica that has written a snapshot of them. */
async function aWrittenSnapshot(world: World) {
  const kept = [await world.put(), await world.put({ kind: '2d', license: 'MIT' })];
  const gone = await world.put();
  world.table.put(tombstoneOf(gone, newId('event'), AT));
  await recordAssetChange(world)(anEvent({ asin: gone.asin, revision: 2 }));
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

/** Every byte that leaves the shelf goes through `change`. */
const damaged = (
  shelf: SnapshotShelf,
  change: (part: 'records' | 'index', bytes: Buffer) => Buffer,
): Pick<SnapshotShelf, 'list' | 'open'> => ({
  list: () => shelf.list(),
  async open(name) {
    const opened = await shelf.open(name);
    if (opened === undefined) return undefined;
    const read = async function* (part: 'records' | 'index') {
      const all: Uint8Array[] = [];
      for await (const chunk of opened[part]) all.push(chunk);
      yield change(part, Buffer.concat(all));
    };
    return { records: read('records'), index: read('index') };
  },
});

describe('snapshots of a replica (I12)', () => {
  it('let another one start as its equal, without reading the tables, and follow the log from there', async () => {
    const world = aWorld();
    const { first, asins } = await aWrittenSnapshot(world);
    expect((await world.shelf.list()).map(({ seq }) => seq)).toEqual([5]);
    const later = await world.put({ name: 'Later' });
    expect(world.scans()).toBe(1);
    const second = await world.aReplica();
    expect(world.scans()).toBe(1);
    await first.replica.catchUp();
    const all = [...asins, later.asin];
    expect(await second.view(all)).toEqual(await first.view(all));
    expect(second.replica.get(asins[0] ?? '')?.downloads).toBe(7);
    expect((await second.view(all)).words.total).toBe(3);
    expect(world.refusals).toEqual([]);
  });

  it.each([
    ['torn in its records', 'torn', 'records', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
    ['torn in its index', 'torn', 'index', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
    ['empty', 'torn', 'records', () => Buffer.alloc(0)],
    [
      'written by another program',
      'other_format',
      'records',
      (bytes: Buffer) => Buffer.from(bytes.toString().replace(/"format":"..../, '"format":"else')),
    ],
    [
      'altered',
      'corrupt',
      'records',
      (bytes: Buffer) => Buffer.from(bytes.toString().replace('Low-poly', 'Lop-woly')),
    ],
    ['of two different moments', 'mismatched', 'records', (bytes: Buffer) => otherMoment(bytes)],
  ] as const)(
    'that are %s are refused whole, and the tables read instead',
    async (_what, reason, part, change) => {
      const world = aWorld();
      const { first, asins } = await aWrittenSnapshot(world);
      const bad = damaged(world.shelf, (each, bytes) => (each === part ? change(bytes) : bytes));
      const second = await world.aReplica(bad);
      expect(world.refusals).toEqual([reason]);
      expect(world.scans()).toBe(2);
      expect(await second.view(asins)).toEqual(await first.view(asins));
    },
  );

  it('that cannot be had do not keep a replica from starting', async () => {
    const world = aWorld();
    const { first, asins } = await aWrittenSnapshot(world);
    const second = await world.aReplica({
      list: async () => Promise.reject(new Error('no store')),
      open: async () => undefined,
    });
    expect(world.refusals).toEqual(['unreadable']);
    expect(await second.view(asins)).toEqual(await first.view(asins));
  });

  it('are of one moment, also while changes go on and the parts are read late', async () => {
    const world = aWorld();
    const { first, asins } = await aWrittenSnapshot(world);
    const before = await first.view(asins);
    const captured = first.replica.capture();
    await world.put({ asin: asins[0] ?? '', revision: 3, name: 'Renamed', user_id: 'user_b' });
    const log = await world.changes.head();
    await first.replica.catchUp();
    if (captured === undefined) throw new Error('it can be captured');
    await world.shelf.put(captured.seq, world.now(), captured);
    const second = await world.aReplica();
    expect(captured.seq).toBeLessThan(log);
    expect(await second.view(asins)).toEqual(await first.view(asins));
    expect(await second.view(asins)).not.toEqual(before);
  });

  it('do not undo what a replica was told before it had read one, nor count it twice', async () => {
    const world = aWorld();
    const { first, asins } = await aWrittenSnapshot(world);
    const edited = await world.put({ asin: asins[0] ?? '', revision: 3, name: 'Renamed' });
    await first.replica.catchUp();
    const second = await world.aReplica(world.shelf, [edited]);
    expect(second.replica.get(edited.asin)?.name).toBe('Renamed');
    expect(await second.replica.checkIndex()).toBe(true);
    expect(await second.view(asins)).toEqual(await first.view(asins));
  });

  it('are written when enough has changed, or long enough ago, and the older are removed', async () => {
    const world = aWorld();
    const { first } = await aWrittenSnapshot(world);
    const seqs = async () => (await world.shelf.list()).map(({ seq }) => seq);
    const change = async () => {
      await world.put();
      await first.replica.catchUp();
      await first.keep();
    };
    await change();
    expect(await seqs()).toEqual([5]);
    await change();
    await change();
    expect(await seqs()).toEqual([8, 5]);
    world.pass(60_000);
    await first.keep();
    expect(await seqs()).toEqual([8, 5]);
    await change();
    expect(await seqs()).toEqual([9, 8]);
  });

  it('shorten the log behind the older of two, and whoever needed the rest reads the tables', async () => {
    const world = aWorld();
    const { first, asins } = await aWrittenSnapshot(world);
    const slow = await world.aReplica();
    for (let i = 0; i < 3; i += 1) await world.put();
    await first.replica.catchUp();
    world.pass(2_000);
    await first.keep();
    expect((await world.changes.after(0, 99)).map(({ seq }) => seq)).toEqual([6, 7, 8]);
    for (let i = 0; i < 3; i += 1) await world.put();
    await first.replica.catchUp();
    world.pass(2_000);
    await first.keep();
    expect((await world.changes.after(0, 99)).map(({ seq }) => seq)).toEqual([9, 10, 11]);

    const scans = world.scans();
    await slow.replica.catchUp();
    expect(world.scans()).toBe(scans + 1);
    expect(await slow.view(asins)).toEqual(await first.view(asins));
    const next = await world.aReplica();
    expect(world.scans()).toBe(scans + 1);
    expect(await next.view(asins)).toEqual(await first.view(asins));
  });
});

describe('the comparison with the tables', () => {
  it('repairs what no log told, and leaves alone what may be on its way', async () => {
    const world = aWorld();
    const { replica } = await world.aReplica();
    const compare = compareWithTables({
      assets: world.assets,
      replica,
      pause: async () => undefined,
      now: world.now,
      onCompared: (comparison) => world.comparisons.push(comparison),
    });
    const untold = anAsset();
    world.table.put(untold);
    await compare(new AbortController().signal);
    expect(replica.get(untold.asin)).toBeUndefined();
    world.pass(61_000);
    await compare(new AbortController().signal);
    expect(replica.get(untold.asin)).toBeDefined();
    await compare(new AbortController().signal);
    expect(world.comparisons).toEqual([
      { compared: 1, repaired: 0, indexComplete: true },
      { compared: 1, repaired: 1, indexComplete: true },
      { compared: 1, repaired: 0, indexComplete: true },
    ]);
  });

  it('fills an index again that has lost something', async () => {
    const world = aWorld();
    const asset = await world.put();
    const { replica, index, view } = await world.aReplica();
    await index.apply([{ type: 'remove', asin: asset.asin }]);
    expect(await replica.checkIndex()).toBe(false);
    expect(replica.isSearchable()).toBe(false);
    await replica.catchUp();
    expect(replica.isSearchable()).toBe(true);
    expect((await view([])).words.total).toBe(1);
  });
});

/** The same records, soundly written with another number. */
function otherMoment(bytes: Buffer): Buffer {
  const lines = bytes.toString().split('\n').slice(0, -2);
  const body = `${lines.join('\n').replace(/"seq":\d+/, '"seq":4')}\n`;
  const end = { records: lines.length - 1, checksum: crc32(body) };
  return Buffer.from(`${body}${JSON.stringify(end)}\n`);
}
