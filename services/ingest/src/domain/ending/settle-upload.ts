import type { Kind } from '@cairn/shared/fields/kinds';
import type { ImageRecord } from '@cairn/shared/records/asset-record';
import type { PicturesResult } from '@cairn/shared/records/picture-publication';
import type { NewAsset, Publication, PublicationResult } from '@cairn/shared/records/publication';
import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';
import { checkContent } from '../inspecting/check-content.ts';
import type { CleanUpUpload } from './clean-up-upload.ts';
import type { NoteStage, QuotaLedger, UploadRepository } from '../ports.ts';
import type { Refusal, RefusalCode } from '../refusals.ts';
import { releaseOf } from './release-of.ts';
import { isOfPicturesAlone, isOpen, type Upload, type UploadFile } from '../upload.ts';

export interface SettleUploadDeps {
  uploads: UploadRepository;
  quotas: QuotaLedger;
  publication: Publication;
  isUserDeleted: IsUserDeleted;
  cleanUp: CleanUpUpload;
  noteStage?: NoteStage | undefined;
  now: () => Date;
  newId: (prefix: 'event') => string;
}

export type SettleUpload = (uploadId: string) => Promise<void>;

const REFUSAL_OF_OUTCOME = {
  asset_gone: 'asset.gone',
  version_taken: 'release.version_taken',
  too_many_releases: 'release.limit_reached',
  too_many_pictures: 'asset.too_many_pictures',
  not_owner: 'asset.not_owner',
} as const satisfies Record<
  Exclude<(PublicationResult | PicturesResult)['outcome'], 'published'>,
  RefusalCode
>;

/**
 * Decides what has become of an upload: rejected as soon as one file is, published once all are accepted,
 * else nothing yet. Every step can be repeated; the last one ends the upload.
 */
export function settleUpload(deps: SettleUploadDeps): SettleUpload {
  async function end(
    upload: Upload,
    to: 'published' | 'rejected' | 'aborted' | 'withdrawn',
    refusal?: Refusal,
  ): Promise<boolean> {
    const now = deps.now().toISOString();
    const moved = await deps.uploads.moveTo(upload.upload_id, to, { now, dueAt: now, refusal });
    await deps.cleanUp(upload.upload_id);
    return moved;
  }

  /** Takes back what may be visible, or keeps a slower worker from making it so. */
  async function withdraw(upload: Upload): Promise<void> {
    await deps.publication.withdraw(upload, deps.newId('event'), deps.now().toISOString());
    await end(upload, 'withdrawn', { code: 'user.deleted' });
  }

  /** A further release is of its asset's kind; what is wrong with that asset shows when it is published. */
  async function kindOf({ asset, asin }: Upload): Promise<Kind | undefined> {
    if (asset !== undefined) return asset.kind;
    const found = await deps.publication.findAsset(asin);
    return found?.status === 'published' ? found.kind : undefined;
  }

  function makeVisible(
    upload: Upload,
    files: readonly UploadFile[],
    asset: NewAsset | undefined,
  ): Promise<PublicationResult | PicturesResult> {
    const { publication, now } = deps;
    if (isOfPicturesAlone(files)) {
      const { asin, user_id, upload_id, event_id } = upload;
      const pictures = { asin, user_id, upload_id, images: imagesOf(files) };
      return publication.addPictures(pictures, event_id, now().toISOString());
    }
    const release = releaseOf(upload, files);
    return asset === undefined
      ? publication.addRelease(release, upload.event_id)
      : publication.createAsset(asset, release, upload.event_id);
  }

  /** `isOwnerKnown`: the tombstone was looked for just now. */
  async function publish(upload: Upload, files: readonly UploadFile[], isOwnerKnown = false): Promise<void> {
    const asset = newAssetOf(upload, files);
    const isGone = async () => asset !== undefined && (await deps.isUserDeleted(upload.user_id));
    if (!isOwnerKnown && (await isGone())) return withdraw(upload);
    const result = await makeVisible(upload, files, asset);
    if (result.outcome !== 'published') {
      await end(upload, 'rejected', { code: REFUSAL_OF_OUTCOME[result.outcome] });
      return;
    }
    const visibleAt = deps.now();
    // The account may have been deleted between the look above and the write: its cascade may already have
    // passed, so whoever published takes it back; what is settled by then the deletion gives back.
    const settling = deps.quotas.settle(upload.charged_to, upload.upload_id);
    const [isTooLate] = await Promise.all([isGone(), settling]);
    if (isTooLate) return withdraw(upload);
    const inspectedAt = files
      .flatMap(({ facts }) => facts?.inspected_at ?? [])
      .sort()
      .at(-1);
    // Noted by whoever ends the upload, so that a repeated publication counts once.
    if ((await end(upload, 'published')) && inspectedAt !== undefined) {
      deps.noteStage?.('publication', inspectedAt, visibleAt);
    }
  }

  return async (uploadId) => {
    const whole = await deps.uploads.findWhole(uploadId);
    if (whole === undefined) return;
    const { upload, files } = whole;
    if (!isOpen(upload.state)) return deps.cleanUp(uploadId);
    if (upload.state === 'publishing') return publish(upload, files);
    if (files.some((file) => file.state === 'rejected')) {
      await end(upload, 'rejected');
      return;
    }
    const complete = files.length === upload.file_count && files.every((file) => file.state === 'accepted');
    if (!complete) return;
    const [isDeleted, kind] = await Promise.all([deps.isUserDeleted(upload.user_id), kindOf(upload)]);
    if (isDeleted) {
      await end(upload, 'aborted', { code: 'user.deleted' });
      return;
    }
    const wrong = checkContent(kind, files);
    if (wrong !== undefined) {
      await end(upload, 'rejected', wrong);
      return;
    }
    // Decided here, before anything is visible: an abort or the expiry comes before this or too late.
    const now = deps.now().toISOString();
    const begun = await deps.uploads.moveTo(uploadId, 'publishing', { now, dueAt: upload.due_at });
    if (begun) return publish(upload, files, true);
    const current = await deps.uploads.find(uploadId);
    if (current?.state === 'publishing') return publish(upload, files);
    await deps.cleanUp(uploadId);
  };
}

function newAssetOf(upload: Upload, files: readonly UploadFile[]): NewAsset | undefined {
  if (upload.asset === undefined) return undefined;
  const { name, description, kind, tags, license } = upload.asset;
  return {
    asin: upload.asin,
    user_id: upload.user_id,
    name,
    description,
    kind,
    license,
    tags: [...tags],
    images: imagesOf(files),
  };
}

const imagesOf = (files: readonly UploadFile[]): ImageRecord[] =>
  files.flatMap(({ facts, size }) =>
    facts?.image === undefined ? [] : [{ ...facts.image, original_size: size }],
  );
