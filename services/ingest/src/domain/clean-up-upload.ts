import type { AssetStore, IncomingStore, QuotaLedger, UploadRepository } from './ports.ts';
import { isOpen, type Upload, type UploadFile } from './upload.ts';

export interface CleanUpUploadDeps {
  uploads: UploadRepository;
  quotas: QuotaLedger;
  incoming: IncomingStore;
  assets: AssetStore;
  /** When the last pass comes: later than any worker that was under way at the end can still write. */
  secondPassSeconds: number;
  now: () => Date;
}

export type CleanUpUpload = (uploadId: string) => Promise<void>;

/**
 * After the end of an upload: its incoming objects go, and so does every copy and picture that the record
 * does not name, which is all of them unless it was published; the reservation goes back. Repeated until a
 * pass late enough that no worker of before the end can have written after it; until then the sweep keeps
 * its date.
 */
export function cleanUpUpload(deps: CleanUpUploadDeps): CleanUpUpload {
  return async (uploadId) => {
    const whole = await deps.uploads.findWhole(uploadId);
    if (whole?.upload.due_at === undefined || isOpen(whole.upload.state)) return;
    const { upload, files } = whole;
    await deps.incoming.removePrefix(`${uploadId}/`);
    await removeUnnamed(deps.assets, upload, files);
    if (upload.state !== 'published') await deps.quotas.release(upload.charged_to, uploadId);
    await deps.uploads.reschedule(uploadId, whole.upload.due_at, nextPass(deps, upload));
  };
}

async function removeUnnamed(
  assets: AssetStore,
  upload: Upload,
  files: readonly UploadFile[],
): Promise<void> {
  const named = upload.state === 'published' ? files : [];
  const copies = new Set(named.flatMap(({ facts }) => facts?.key ?? []));
  await assets.removeCopies(`${upload.asin}/${upload.release_id}/`, copies);
  for (const picture of files.filter(({ role }) => role === 'picture')) {
    const shown = named.includes(picture) ? (picture.facts?.image?.variants ?? []) : [];
    const keys = new Set(shown.map(({ key }) => key));
    await assets.removePictures(`${upload.asin}/${picture.file_id}/`, keys);
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
