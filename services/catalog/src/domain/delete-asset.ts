import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import { revisionMismatch } from './change-asset.ts';
import { visible } from './get-asset.ts';
import type { AssetRepository, RelayEvents } from './ports.ts';
import type { Replica } from './replica/replica.ts';

export interface DeleteDeps {
  assets: Pick<AssetRepository, 'get' | 'bury'>;
  replica: Pick<Replica, 'take'>;
  relay: RelayEvents;
  newId: NewId;
  now: () => Date;
}

export interface DeleteInput {
  asin: string;
  userId: string;
  /** The revisions that may be deleted; undefined: whatever it is. */
  revisions?: ReadonlySet<number> | undefined;
}

/**
 * One conditional write puts a tombstone in the asset's place, with its event; from then on nobody is
 * granted a byte. Objects and releases go afterwards (purge-asset.ts). Co-owners may not do this.
 */
export function deleteAsset({ assets, replica, relay, newId, now }: DeleteDeps) {
  return async ({ asin, userId, revisions }: DeleteInput): Promise<void> => {
    for (;;) {
      const asset = visible(await assets.get(asin), { userId });
      if (asset.user_id !== userId) throw new DomainError('asset.not_owner');
      if (revisions !== undefined && !revisions.has(asset.revision)) throw revisionMismatch();
      const tombstone = tombstoneOf(asset, newId('event'), now().toISOString());
      if (!(await assets.bury(asset, tombstone))) continue;
      relay(asin);
      await replica.take([tombstone]);
      return;
    }
  };
}
