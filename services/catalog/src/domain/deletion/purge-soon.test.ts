import { describe, expect, it } from 'vitest';
import { purgeSoon } from './purge-soon.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Purges that end when the test says so. */
function somePurges() {
  const underWay = new Map<string, PromiseWithResolvers<void>>();
  const done: string[] = [];
  const failed: string[] = [];
  const purges = purgeSoon({
    async purge(asin, signal) {
      const ended = Promise.withResolvers<void>();
      underWay.set(asin, ended);
      signal?.addEventListener('abort', () => ended.reject(signal.reason));
      await ended.promise.finally(() => underWay.delete(asin));
      done.push(asin);
    },
    onFailure: (_error, asin) => void failed.push(asin),
  });
  return { purges, underWay, done, failed };
}

describe('purges that are begun soon', () => {
  it('go on a few at a time, and all of them', async () => {
    const { purges, underWay, done } = somePurges();
    const asins = Array.from({ length: 9 }, (_, i) => `asset_${i}`);
    for (const asin of asins) purges.ask(asin);
    for (let left = asins.length; left > 0; left -= 1) {
      await turn();
      expect(underWay.size).toBe(Math.min(2, left));
      [...underWay.values()][0]?.resolve();
    }
    await turn();
    expect(done).toEqual(asins);
    purges.ask('asset_later');
    await turn();
    expect([...underWay.keys()]).toEqual(['asset_later']);
  });

  it('are none of each other’s business when one fails', async () => {
    const { purges, underWay, done, failed } = somePurges();
    for (const asin of ['a', 'b', 'c']) purges.ask(asin);
    await turn();
    underWay.get('a')?.reject(new Error('the store is away'));
    underWay.get('b')?.resolve();
    await turn();
    underWay.get('c')?.resolve();
    await turn();
    expect([failed, done]).toEqual([['a'], ['b', 'c']]);
  });

  it('end when the process does: none begins, and those under way are told', async () => {
    const { purges, underWay, failed } = somePurges();
    for (const asin of ['a', 'b', 'c']) purges.ask(asin);
    await turn();
    await purges.stop();
    purges.ask('d');
    await turn();
    expect([underWay.size, failed]).toEqual([0, []]);
  });
});
