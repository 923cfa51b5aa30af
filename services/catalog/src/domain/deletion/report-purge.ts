import type { AssetRepository } from '../ports.ts';
import type { UserCascadePass } from './delete-assets-of-user.ts';

/** What is gone, or has been left to nobody, by the names of the steps in auth's report. */
export type PurgeCounts = { readonly assets: number; readonly files?: number };

/** Durable once it resolves; the same again, or less, changes nothing. */
export type AnnouncePurge = (userId: string, counts: PurgeCounts) => Promise<void>;

/** False: the files of some are still there, and another pass shall look. */
export type ReportPurge = (pass: UserCascadePass) => Promise<boolean>;

/**
 * Tells auth what a cascade has done, once it finds nothing more: first the assets, then, when no tombstone of
 * the user waits for its purge any more, their files. It is told before the message of the pass is deleted, so
 * that the message is the to-do; a crash can make `settled` miss what one pass did, never more.
 */
export function reportPurge(deps: {
  readonly assets: Pick<AssetRepository, 'get' | 'idsOfOwner'>;
  readonly announce: AnnouncePurge;
}): ReportPurge {
  const isWaiting = async (asin: string) => {
    const asset = await deps.assets.get(asin);
    return asset?.status === 'deleted' && asset.due_at !== undefined;
  };

  async function isAnyWaiting(userId: string): Promise<boolean> {
    for await (const page of deps.assets.idsOfOwner(userId)) {
      for (const asin of page) if (await isWaiting(asin)) return true;
    }
    return false;
  }

  return async ({ userId, assets, settled = 0 }) => {
    const waiting = assets === 'delete' && (await isAnyWaiting(userId));
    const files = assets === 'delete' && !waiting ? { files: settled } : {};
    await deps.announce(userId, { assets: settled, ...files });
    return !waiting;
  };
}
