import type { CleanUpUpload } from './clean-up-upload.ts';
import type { QuotaLedger, UploadRepository } from './ports.ts';
import { isOpen } from './upload.ts';

const PAGE = 100;

export interface FollowDeletionDeps {
  uploads: UploadRepository;
  quotas: QuotaLedger;
  cleanUp: CleanUpUpload;
  now: () => Date;
}

export interface FollowDeletion {
  /** Ends the open uploads of a user whose account is gone. */
  userDeleted(userId: string): Promise<void>;
  /** Gives the asset's bytes back to its owner's quota; rejects while an upload of it is being settled. */
  assetDeleted(userId: string, asin: string): Promise<void>;
}

/**
 * An upload that the index does not show yet is caught at its end: publication looks for the user's
 * tombstone before and after.
 */
export function followDeletion(deps: FollowDeletionDeps): FollowDeletion {
  return {
    async userDeleted(userId) {
      let after: string | undefined;
      do {
        const { ids, next } = await deps.uploads.ofUser(userId, { limit: PAGE, after });
        for (const uploadId of ids) await endUpload(deps, uploadId);
        after = next;
      } while (after !== undefined);
    },
    async assetDeleted(userId, asin) {
      const returned = await deps.quotas.returnAsset(userId, asin);
      if (!returned) throw new Error('an upload of the asset is still being settled');
    },
  };
}

async function endUpload({ uploads, cleanUp, now }: FollowDeletionDeps, uploadId: string): Promise<void> {
  const upload = await uploads.find(uploadId);
  if (upload === undefined) return;
  const at = now().toISOString();
  if (isOpen(upload.state)) {
    await uploads.moveTo(uploadId, 'aborted', { now: at, dueAt: at, refusal: { code: 'user.deleted' } });
  }
  await cleanUp(uploadId);
}
