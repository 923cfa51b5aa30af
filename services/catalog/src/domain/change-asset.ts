import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { visible, type Reader } from './get-asset.ts';
import type { AssetChanges, AssetEvent, AssetRepository, RelayEvents } from './ports.ts';
import type { Replica } from './replica/replica.ts';

export interface ChangeDeps {
  assets: Pick<AssetRepository, 'get' | 'edit'>;
  replica: Pick<Replica, 'take'>;
  relay: RelayEvents;
  newId: NewId;
  now: () => Date;
}

export interface AssetChangeRequest extends Reader {
  asin: string;
  /** The revisions that the change is for; undefined: whatever it is. */
  revisions?: ReadonlySet<number> | undefined;
  /**
   * What changes, from the asset as it is and the time of the change; undefined: it is so already. Throws what
   * is in the way. Called again after a lost race, so it may have no effect of its own.
   */
  decide: (asset: PublishedAsset, at: string) => Decision | Promise<Decision>;
  /** Of the event, where it is not `asset.updated`. */
  deletedVersion?: string | undefined;
}

type Decision = AssetChanges | undefined;

export type ChangeAsset = (request: AssetChangeRequest) => Promise<PublishedAsset>;

/**
 * The one way in which the catalog changes a published asset: read, decide, write with the event on the
 * revision that was read, tell. Of two changes of one revision one wins; the other decides anew, or is told
 * of the mismatch when it was meant for that revision.
 */
export function changeAsset({ assets, replica, relay, newId, now }: ChangeDeps): ChangeAsset {
  return async ({ asin, revisions, decide, deletedVersion, ...reader }) => {
    for (;;) {
      const asset = visible(await assets.get(asin), reader);
      const at = now().toISOString();
      const changes = await decide(asset, at);
      if (revisions !== undefined && !revisions.has(asset.revision)) throw revisionMismatch();
      if (changes === undefined) return asset;
      const revision = asset.revision + 1;
      const told = {
        id: newId('event'),
        occurred_at: at,
        asin,
        user_id: changes.user_id ?? asset.user_id,
        revision,
      };
      const event: AssetEvent =
        deletedVersion === undefined
          ? { ...told, type: 'asset.updated' }
          : { ...told, type: 'release.deleted', version: deletedVersion };
      // A lost race means another revision, which the next round finds.
      if (!(await assets.edit(asset, changes, event))) continue;
      relay(asin);
      const changed: PublishedAsset = { ...asset, ...changes, revision, date_updated: at };
      await replica.take([changed]);
      return changed;
    }
  };
}

export function revisionMismatch(): DomainError {
  return new DomainError('asset.revision_mismatch', {
    hint: 'Read the asset again and send the ETag of that answer as If-Match.',
  });
}
