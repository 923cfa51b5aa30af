import type { CleanUpUpload } from './clean-up-upload.ts';
import type { IdempotencyStore, QuotaLedger, UploadRepository } from '../ports.ts';
import type { SettleUpload } from './settle-upload.ts';
import { isOpen } from '../upload.ts';

const PAGE = 100;

export interface FollowDeletionDeps {
  uploads: UploadRepository;
  quotas: QuotaLedger;
  keys: Pick<IdempotencyStore, 'forgetUser'>;
  settle: SettleUpload;
  cleanUp: CleanUpUpload;
  now: () => Date;
}

export interface FollowDeletion {
  /**
   * Ends the open uploads of a user whose account is gone, and removes what is stored of the user; resolves to
   * the number of uploads that there were.
   */
  userDeleted(userId: string): Promise<number>;
  /** Ends the open uploads of a deleted asset, and gives back what it and they held of its owner's quota. */
  assetDeleted(userId: string, asin: string): Promise<void>;
}

/**
 * An upload that the index does not show yet has a date: the sweep looks for its user's tombstone, and so
 * does publication, before and after. What ended only now goes with its last clean-up.
 */
export function followDeletion(deps: FollowDeletionDeps): FollowDeletion {
  return {
    async userDeleted(userId) {
      let after: string | undefined;
      let found = 0;
      do {
        const { ids, next } = await deps.uploads.ofUser(userId, { limit: PAGE, after });
        for (const uploadId of ids) await endUpload(deps, uploadId);
        found += ids.length;
        after = next;
      } while (after !== undefined);
      await deps.keys.forgetUser(userId);
      await deps.quotas.close(userId);
      return found;
    },
    async assetDeleted(userId, asin) {
      const ended = new Set<string>();
      for (;;) {
        // The ledger names them: read consistently, it shows every upload that could still be published.
        const reserved = await deps.quotas.returnAsset(userId, asin);
        if (reserved.length === 0) break;
        for (const uploadId of reserved) await endOfDeletedAsset(deps, userId, uploadId);
        for (const uploadId of reserved) ended.add(uploadId);
      }
      // Last, because the quota does not wait for it; if it fails, the date of each upload brings the sweep.
      for (const uploadId of ended) await deps.cleanUp(uploadId);
    },
  };
}

/** Leaves nothing reserved for the upload; whatever a crash leaves of this, the ledger still names it. */
async function endOfDeletedAsset(deps: FollowDeletionDeps, userId: string, uploadId: string): Promise<void> {
  const upload = await deps.uploads.find(uploadId);
  if (upload?.state === 'publishing') await deps.settle(uploadId);
  else if (upload !== undefined && isOpen(upload.state)) {
    const at = deps.now().toISOString();
    // Also right if its publication has begun in between: that finds the tombstone.
    const refusal = { code: 'asset.gone' } as const;
    await deps.uploads.moveTo(uploadId, 'rejected', { now: at, dueAt: at, refusal });
  }
  await deps.quotas.release(userId, uploadId);
}

async function endUpload(deps: FollowDeletionDeps, uploadId: string): Promise<void> {
  const upload = await deps.uploads.find(uploadId);
  if (upload === undefined) return;
  const at = deps.now().toISOString();
  // What is being published may be visible already; its end takes it back.
  if (upload.state === 'publishing') await deps.settle(uploadId);
  else if (isOpen(upload.state)) {
    await deps.uploads.moveTo(uploadId, 'aborted', { now: at, dueAt: at, refusal: { code: 'user.deleted' } });
  }
  await deps.cleanUp(uploadId);
  const after = await deps.uploads.find(uploadId);
  if (after !== undefined && !isOpen(after.state) && after.due_at === undefined) {
    await deps.uploads.remove(uploadId);
  }
}
