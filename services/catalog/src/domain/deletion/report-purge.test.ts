import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import { memoryAssetRepository } from '../../adapters/memory-asset-repository.ts';
import { anAsset, AT } from '../../testing/builders.ts';
import { reportPurge, type PurgeCounts } from './report-purge.ts';

const pass = { userId: 'user_gone', cleanPasses: 1, assets: 'delete', settled: 1 } as const;

async function aWorld() {
  const assets = memoryAssetRepository();
  const told: PurgeCounts[] = [];
  const report = reportPurge({ assets, announce: async (_userId, counts) => void told.push(counts) });
  const asset = anAsset({ user_id: pass.userId });
  assets.put(asset);
  const tombstone = tombstoneOf(asset, newId('event'), AT);
  await assets.bury(asset, tombstone);
  return { assets, told, report, tombstone };
}

describe('reporting the cascade of a deleted account', () => {
  it('tells of the assets at once, and of their files when none waits for its purge', async () => {
    const { assets, told, report, tombstone } = await aWorld();
    expect(await report(pass)).toBe(false);
    await assets.settlePurge(tombstone, { kind: 'done' });
    expect(await report(pass)).toBe(true);
    expect(told).toEqual([{ assets: 1 }, { assets: 1, files: 1 }]);
  });

  it('tells of what was left to nobody, which keeps its files', async () => {
    const { told, report } = await aWorld();
    expect(await report({ ...pass, assets: 'keep', settled: 3 })).toBe(true);
    expect(told).toEqual([{ assets: 3 }]);
  });
});
