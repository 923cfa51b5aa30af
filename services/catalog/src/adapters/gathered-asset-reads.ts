import { isOutage } from '@cairn/shared/aws/outage';
import type { AssetRecord } from '@cairn/shared/records/asset-record';
import type { AssetRepository } from '../domain/ports.ts';

const MAX_KEYS = 100;

type Asked = PromiseWithResolvers<AssetRecord | undefined>;

/**
 * Reads single assets for many at once: what is asked for in one turn of the event loop, and while `maxCalls`
 * calls are under way, shares a call, and one asset is read once for all who ask. A read begins after everybody
 * asked who is told of it, so each hears of whatever was written before they asked.
 */
export function gatheredAssetReads(
  assets: Pick<AssetRepository, 'get' | 'getMany'>,
  { maxCalls = 4 }: { maxCalls?: number } = {},
): Pick<AssetRepository, 'get'> {
  const waiting = new Map<string, Asked>();
  let calls = 0;
  let isDue = false;

  function flush(): void {
    isDue = false;
    while (waiting.size > 0 && calls < maxCalls) {
      const batch = [...waiting].slice(0, MAX_KEYS);
      for (const [asin] of batch) waiting.delete(asin);
      calls += 1;
      void read(batch).finally(() => {
        calls -= 1;
        flush();
      });
    }
  }

  async function read(batch: readonly [string, Asked][]): Promise<void> {
    try {
      const records = await assets.getMany(batch.map(([asin]) => asin));
      const byAsin = new Map(records.map((record) => [record.asin, record]));
      for (const [asin, asked] of batch) asked.resolve(byAsin.get(asin));
    } catch (error) {
      // One item that cannot be read must not be the others' misfortune.
      const isTheirs = batch.length === 1 || isOutage(error);
      for (const [asin, asked] of batch) {
        if (isTheirs) asked.reject(error);
        else assets.get(asin).then(asked.resolve, asked.reject);
      }
    }
  }

  return {
    get(asin) {
      let asked = waiting.get(asin);
      if (asked === undefined) {
        asked = Promise.withResolvers();
        waiting.set(asin, asked);
        if (!isDue) setImmediate(flush);
        isDue = true;
      }
      return asked.promise;
    },
  };
}
