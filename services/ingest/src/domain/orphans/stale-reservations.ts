import type { Publication } from '@cairn/shared/records/publication';
import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';
import type { FollowDeletion } from '../ending/follow-deletion.ts';
import type { FollowRemoval } from '../ending/follow-removal.ts';
import type { QuotaLedger, UploadRepository } from '../ports.ts';
import type { SlowPass } from './slow-pass.ts';
import { isOpen } from '../upload.ts';

export interface StaleReservationsDeps {
  quotas: QuotaLedger;
  uploads: Pick<UploadRepository, 'find'>;
  publication: Pick<Publication, 'findAsset'>;
  isUserDeleted: IsUserDeleted;
  follow: Pick<FollowDeletion, 'userDeleted' | 'assetDeleted'> & { removed: FollowRemoval };
}

/**
 * Ledgers that hold more than there is. A reservation is made after its upload's item and settled before the
 * upload ends, so one whose upload is over or not there is owed to nobody. What a deleted asset holds returns
 * also when nobody heard of its deletion, and the same goes for removed releases and pictures, and for
 * deleted users.
 */
export function staleReservations(deps: StaleReservationsDeps): SlowPass {
  async function isStale(uploadId: string): Promise<boolean> {
    const upload = await deps.uploads.find(uploadId);
    return upload === undefined || !isOpen(upload.state);
  }

  async function isGone(asin: string): Promise<boolean> {
    return (await deps.publication.findAsset(asin))?.status === 'deleted';
  }

  return {
    name: 'stale reservations',
    async lookAtPage(after) {
      const { ledgers, next } = await deps.quotas.page(after);
      let mended = 0;
      for (const { userId, uploadIds, asins } of ledgers) {
        for (const uploadId of uploadIds) {
          if (!(await isStale(uploadId))) continue;
          await deps.quotas.release(userId, uploadId);
          mended += 1;
        }
        for (const asin of asins) {
          if (await isGone(asin)) {
            await deps.follow.assetDeleted(userId, asin);
            mended += 1;
          } else await deps.follow.removed(asin);
        }
        if (await deps.isUserDeleted(userId)) await deps.follow.userDeleted(userId);
      }
      return { next, looked: ledgers.length, mended };
    },
  };
}
