import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { memoryAssetRepository } from '../../adapters/memory-asset-repository.ts';
import { memoryChangeLog } from '../../adapters/memory-change-log.ts';
import { memoryDownloadCounter } from '../../adapters/memory-download-counter.ts';
import { anAsset, aGrant, AT } from '../../testing/builders.ts';
import { countDownloads } from './count-downloads.ts';

const now = () => new Date(AT);

describe('counting downloads (I13)', () => {
  it('counts each grant once, redelivered in any grouping and killed between any two steps', async () => {
    const delivery = fc.record({
      grants: fc.array(fc.nat(11), { minLength: 1, maxLength: 6 }),
      /** After which of the four steps the process dies; 4: it does not. */
      diesAfter: fc.nat(4),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { maxLength: 20 }), async (deliveries) => {
        const assets = memoryAssetRepository();
        const changes = memoryChangeLog();
        const counter = memoryDownloadCounter();
        for (const asin of ['asset_0', 'asset_1']) assets.put(anAsset({ asin }));
        const grants = Array.from({ length: 12 }, (_, i) =>
          aGrant({ id: `download_${i}`, asin: `asset_${i % 2}` }),
        );
        const seen = new Set<string>();

        const dying = (diesAfter: number) => {
          const step = async <T>(n: number, result: Promise<T>) => {
            const value = await result;
            if (diesAfter === n) throw new Error('killed');
            return value;
          };
          return countDownloads({
            counter: {
              mark: (grant) => step(0, counter.mark(grant)),
              total: (asin, hours) => step(1, counter.total(asin, hours)),
            },
            assets: { raiseDownloads: (asin, total) => step(2, assets.raiseDownloads(asin, total)) },
            changes: { append: (change) => step(3, changes.append(change)) },
            newId,
            now,
          });
        };

        for (const { grants: picked, diesAfter } of deliveries) {
          const group = picked.flatMap((i) => grants[i] ?? []);
          for (const grant of group) seen.add(grant.id);
          await dying(diesAfter)(group).catch(() => undefined);
          // Whatever was not acknowledged comes again, some time.
          if (diesAfter < 4) deliveries.push({ grants: [...picked].reverse(), diesAfter: 4 });
        }

        const announced: Record<string, number> = {};
        for (const { change } of await changes.after(0, 1_000)) {
          if (change.type === 'downloads.counted') {
            for (const [asin, total] of Object.entries(change.totals)) {
              announced[asin] = Math.max(announced[asin] ?? 0, total);
            }
          }
        }
        for (const [i, asin] of ['asset_0', 'asset_1'].entries()) {
          const expected = grants.filter((grant, n) => n % 2 === i && seen.has(grant.id)).length;
          expect(await assets.get(asin)).toMatchObject({ downloads: expected });
          expect(announced[asin] ?? 0).toBe(expected);
        }
      }),
    );
  });

  it('tells the replicas once for a whole group', async () => {
    const assets = memoryAssetRepository();
    const changes = memoryChangeLog();
    const [a, b] = [anAsset(), anAsset()];
    for (const each of [a, b]) assets.put(each);
    const count = countDownloads({ counter: memoryDownloadCounter(), assets, changes, newId, now });
    await count([aGrant({ asin: a.asin }), aGrant({ asin: b.asin }), aGrant({ asin: a.asin })]);
    const logged = await changes.after(0, 10);
    expect(logged.map((each) => each.change)).toMatchObject([{ totals: { [a.asin]: 2, [b.asin]: 1 } }]);
  });

  it('says nothing of an asset that is gone', async () => {
    const changes = memoryChangeLog();
    const count = countDownloads({
      counter: memoryDownloadCounter(),
      assets: memoryAssetRepository(),
      changes,
      newId,
      now,
    });
    await count([aGrant()]);
    expect(await changes.head()).toBe(0);
  });
});
