import type { Publication } from '@cairn/shared/records/publication';
import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';
import { namedKeys } from '../orphans/named-keys.ts';
import type { AssetStore, IncomingStore, QuotaLedger, UploadRepository } from '../ports.ts';
import { isOpen, type Upload, type UploadFile } from '../upload.ts';

export interface CleanUpUploadDeps {
  uploads: UploadRepository;
  quotas: QuotaLedger;
  incoming: IncomingStore;
  assets: AssetStore;
  publication: Pick<Publication, 'discardRelease' | 'findAsset'>;
  isUserDeleted: IsUserDeleted;
  /** When the last pass comes: later than any worker that was under way at the end can still write. */
  secondPassSeconds: number;
  now: () => Date;
}

export type CleanUpUpload = (uploadId: string) => Promise<void>;

/**
 * After the end of an upload: its incoming objects go, and so does every copy and picture that the record
 * does not name, which is all of them unless it was published; the reservation goes back. Repeated until a
 * pass late enough that no worker of before the end can have written after it; until then the sweep keeps
 * its date. After that pass the items go as well, if the account is deleted: nothing comes after it.
 */
export function cleanUpUpload(deps: CleanUpUploadDeps): CleanUpUpload {
  return async (uploadId) => {
    const whole = await deps.uploads.findWhole(uploadId);
    if (whole?.upload.due_at === undefined || isOpen(whole.upload.state)) return;
    const { upload, files } = whole;
    await deps.incoming.removePrefix(`${uploadId}/`);
    await removeUnnamed(deps.assets, upload, files);
    if (upload.state !== 'published') await deps.publication.discardRelease(upload);
    // A published upload was settled before it ended; what it has reserved still, it has not.
    await deps.quotas.release(upload.charged_to, uploadId);
    // The asset's deletion could not give back what it held while this upload was in the way.
    const asset = await deps.publication.findAsset(upload.asin);
    if (asset?.status === 'deleted') await deps.quotas.returnAsset(upload.charged_to, upload.asin);
    const next = nextPass(deps, upload);
    if (next === undefined && (await deps.isUserDeleted(upload.user_id))) {
      await deps.uploads.remove(uploadId);
      await deps.quotas.close(upload.user_id);
      return;
    }
    await deps.uploads.reschedule(uploadId, whole.upload.due_at, next);
  };
}

/**
 * The private copy of a picture is named by nothing that is served, only what was derived from it: it goes
 * as well, and with it what the original says of its author.
 */
async function removeUnnamed(
  assets: AssetStore,
  upload: Upload,
  files: readonly UploadFile[],
): Promise<void> {
  const { asin, release_id } = upload;
  const named = upload.state === 'published' ? files : [];
  const served = named.filter(({ role }) => role === 'file').map(({ facts }) => facts);
  await assets.removeCopies(`${asin}/${release_id}/`, namedKeys(served, asin));
  for (const picture of files.filter(({ role }) => role === 'picture')) {
    const shown = named.includes(picture) ? picture.facts?.image : undefined;
    await assets.removePictures(`${asin}/${picture.file_id}/`, namedKeys(shown, asin));
  }
}

function nextPass(
  deps: Pick<CleanUpUploadDeps, 'now' | 'secondPassSeconds'>,
  upload: Upload,
): string | undefined {
  const endedAt = upload.ended_at === undefined ? 0 : Date.parse(upload.ended_at);
  const last = endedAt + deps.secondPassSeconds * 1000;
  return deps.now().getTime() >= last ? undefined : new Date(last).toISOString();
}
