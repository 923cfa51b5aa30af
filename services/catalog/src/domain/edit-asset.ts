import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { mayEdit, published } from './get-asset.ts';
import type { AssetEdit, AssetEvent, AssetRepository, RelayEvents } from './ports.ts';
import type { Replica } from './replica/replica.ts';

export interface EditDeps {
  assets: Pick<AssetRepository, 'get' | 'edit'>;
  replica: Pick<Replica, 'take'>;
  relay: RelayEvents;
  newId: NewId;
  now: () => Date;
}

export interface EditInput {
  asin: string;
  userId: string;
  /** The revisions that the edit is meant for. */
  revisions: ReadonlySet<number>;
  changes: AssetEdit;
}

/** The asset after the edit. Of two edits of one revision one wins; the other is told of the mismatch. */
export function editAsset({ assets, replica, relay, newId, now }: EditDeps) {
  return async ({ asin, userId, revisions, changes }: EditInput): Promise<PublishedAsset> => {
    for (;;) {
      const asset = published(await assets.get(asin));
      if (!mayEdit(asset, userId)) throw new DomainError('asset.not_owner');
      if (!revisions.has(asset.revision)) throw revisionMismatch();
      const at = now().toISOString();
      const revision = asset.revision + 1;
      const event: AssetEvent = {
        id: newId('event'),
        type: 'asset.updated',
        occurred_at: at,
        asin,
        user_id: asset.user_id,
        revision,
      };
      // A lost race means another revision, which the next round finds.
      if (!(await assets.edit(asset, changes, event))) continue;
      relay(asin);
      const edited = { ...asset, ...changes, revision, date_updated: at };
      await replica.take([edited]);
      return edited;
    }
  };
}

export function revisionMismatch(): DomainError {
  return new DomainError('asset.revision_mismatch', {
    hint: 'Read the asset again and send the ETag of that answer as If-Match.',
  });
}
