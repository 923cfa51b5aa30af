type Purge = (asin: string, signal?: AbortSignal) => Promise<void>;

/** Whatever an asset's item says is due: all of a deleted one, or what a published one shows no more. */
export function purgeDue(deps: { purgeAsset: Purge; purgeLeftovers: Purge }): Purge {
  return async (asin, signal) => {
    await deps.purgeAsset(asin, signal);
    await deps.purgeLeftovers(asin, signal);
  };
}
