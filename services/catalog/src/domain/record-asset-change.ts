import type { AssetEvent } from './ports.ts';
import type { ChangeLog } from './replica/change-log.ts';

/** Tells every replica that an asset is not what it was (I12). An event that comes again is told once. */
export function recordAssetChange(deps: { changes: Pick<ChangeLog, 'append'> }) {
  return async (event: AssetEvent): Promise<void> => {
    const { id, asin, revision, occurred_at: at, origin } = event;
    await deps.changes.append({
      id,
      type: 'asset.changed',
      asin,
      revision,
      at,
      ...(origin === undefined ? {} : { origin }),
    });
  };
}
