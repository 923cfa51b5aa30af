import { describe, expect, it } from 'vitest';
import { anAsset } from '../../testing/builders.ts';
import { aReplicatedCatalog } from '../../testing/replicated-catalog.ts';
import { compareWithTables, type Comparison } from './compare-with-tables.ts';

describe('the comparison with the tables', () => {
  it('repairs what no log told, and leaves alone what may be on its way', async () => {
    const world = aReplicatedCatalog();
    const { replica } = await world.aReplica();
    const comparisons: Comparison[] = [];
    const compare = compareWithTables({
      assets: world.assets,
      replica,
      pause: async () => undefined,
      now: world.now,
      onCompared: (comparison) => comparisons.push(comparison),
    });
    const untold = anAsset();
    world.table.put(untold);
    await compare(new AbortController().signal);
    expect(replica.get(untold.asin)).toBeUndefined();
    world.pass(61_000);
    await compare(new AbortController().signal);
    expect(replica.get(untold.asin)).toBeDefined();
    await compare(new AbortController().signal);
    expect(comparisons).toEqual([
      { compared: 1, repaired: 0, indexComplete: true },
      { compared: 1, repaired: 1, indexComplete: true },
      { compared: 1, repaired: 0, indexComplete: true },
    ]);
  });

  it('fills an index again that has lost something', async () => {
    const world = aReplicatedCatalog();
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
