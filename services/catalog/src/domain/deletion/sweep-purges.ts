import type { AssetRepository } from '../ports.ts';

export interface SweepPurgesDeps {
  assets: Pick<AssetRepository, 'purgesDue'>;
  purge: (asin: string, signal?: AbortSignal) => Promise<void>;
  onFailure: (error: unknown, asin: string) => void;
  now: () => Date;
}

/** Purges whatever is due: second passes, and what a crash or a lost event left over. */
export function sweepPurges({ assets, purge, onFailure, now }: SweepPurgesDeps) {
  return async (signal?: AbortSignal): Promise<void> => {
    for (const asin of await assets.purgesDue(now().toISOString())) {
      signal?.throwIfAborted();
      await purge(asin, signal).catch((error: unknown) => onFailure(error, asin));
    }
  };
}
