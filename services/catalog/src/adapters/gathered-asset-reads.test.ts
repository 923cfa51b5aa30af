import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssetRecord } from '@cairn/shared/records/asset-record';
import { anAsset } from '../testing/builders.ts';
import { gatheredAssetReads } from './gathered-asset-reads.ts';

/** A table whose calls are answered when the test says so, with what was there when they arrived. */
function aTable() {
  const items = new Map<string, AssetRecord>();
  const calls: { asins: readonly string[]; answer: () => void; fail: (error: unknown) => void }[] = [];
  return {
    items,
    calls,
    async get(asin: string) {
      return items.get(asin);
    },
    getMany(asins: readonly string[]) {
      const found = asins.flatMap((asin) => items.get(asin) ?? []);
      const { promise, resolve, reject } = Promise.withResolvers<AssetRecord[]>();
      calls.push({ asins, answer: () => resolve(found), fail: reject });
      return promise;
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Answers whatever the table is asked until the read is done. */
async function answered<T>(table: ReturnType<typeof aTable>, read: Promise<T>): Promise<T> {
  const done = read.then(() => true);
  while (!(await Promise.race([done, turn().then(() => false)]))) {
    for (const call of table.calls.splice(0)) call.answer();
  }
  return read;
}

const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });

describe('reads of assets that many ask for', () => {
  it('share a call, and one asset is read once for all', async () => {
    const table = aTable();
    const assets = [anAsset(), anAsset()];
    for (const asset of assets) table.items.set(asset.asin, asset);
    const reads = gatheredAssetReads(table);
    const [one, two] = assets.map(({ asin }) => asin);
    const asked = [one, two, one, 'asset_none'].map((asin) => reads.get(asin ?? ''));
    await turn();
    expect(table.calls.map(({ asins }) => asins)).toEqual([[one, two, 'asset_none']]);
    table.calls[0]?.answer();
    expect(await Promise.all(asked)).toEqual([assets[0], assets[1], assets[0], undefined]);
  });

  it('see what was written before they were asked for, however many calls are under way (I6)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('ask', 'write', 'answer', 'turn'), { maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, maxCalls) => {
          const table = aTable();
          const asset = anAsset();
          const reads = gatheredAssetReads(table, { maxCalls });
          const asked: { since: number; read: Promise<AssetRecord | undefined> }[] = [];
          let revision = 1;
          const write = () => table.items.set(asset.asin, { ...asset, revision });
          write();
          for (const step of steps) {
            if (step === 'write') {
              revision += 1;
              write();
            } else if (step === 'ask') asked.push({ since: revision, read: reads.get(asset.asin) });
            else if (step === 'answer') table.calls.shift()?.answer();
            else await turn();
          }
          for (const { since, read } of asked) {
            const record = await answered(table, read);
            expect(record?.revision).toBeGreaterThanOrEqual(since);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('fail together in an outage, and alone over an item that cannot be read', async () => {
    const table = aTable();
    const asset = anAsset();
    table.items.set(asset.asin, asset);
    const reads = gatheredAssetReads(table);
    const both = () => [reads.get(asset.asin), reads.get('asset_none')];
    const outage = Promise.allSettled(both());
    await turn();
    table.calls.shift()?.fail(refused);
    expect((await outage).map(({ status }) => status)).toEqual(['rejected', 'rejected']);

    const broken = Promise.all(both());
    await turn();
    table.calls.shift()?.fail(new Error('an item that does not parse'));
    expect(await broken).toEqual([asset, undefined]);
  });
});
