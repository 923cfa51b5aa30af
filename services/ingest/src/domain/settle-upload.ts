import type { NewAsset, Publication, PublicationResult } from '@cairn/shared/records/publication';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';
import type { CleanUpUpload } from './clean-up-upload.ts';
import type { QuotaLedger, UploadRepository } from './ports.ts';
import type { Refusal, RefusalCode } from './refusals.ts';
import { isOpen, type Upload, type UploadFile } from './upload.ts';

export interface SettleUploadDeps {
  uploads: UploadRepository;
  quotas: QuotaLedger;
  publication: Publication;
  isUserDeleted: IsUserDeleted;
  cleanUp: CleanUpUpload;
  now: () => Date;
  newId: (prefix: 'event') => string;
}

export type SettleUpload = (uploadId: string) => Promise<void>;

const REFUSAL_OF_OUTCOME = {
  asset_gone: 'asset.gone',
  version_taken: 'release.version_taken',
  too_many_releases: 'release.limit_reached',
  not_owner: 'asset.not_owner',
} as const satisfies Record<Exclude<PublicationResult['outcome'], 'published'>, RefusalCode>;

/**
 * Decides what has become of an upload: rejected as soon as one file is, published once all are accepted,
 * else nothing yet. Every step can be repeated; the last one ends the upload.
 */
export function settleUpload(deps: SettleUploadDeps): SettleUpload {
  async function end(
    upload: Upload,
    to: 'published' | 'rejected' | 'aborted' | 'withdrawn',
    refusal?: Refusal,
  ): Promise<void> {
    const now = deps.now().toISOString();
    await deps.uploads.moveTo(upload.upload_id, to, { now, dueAt: now, refusal });
    await deps.cleanUp(upload.upload_id);
  }

  /** Takes back what may be visible, or keeps a slower worker from making it so. */
  async function withdraw(upload: Upload): Promise<void> {
    await deps.publication.withdraw(upload, deps.newId('event'), deps.now().toISOString());
    await end(upload, 'withdrawn', { code: 'user.deleted' });
  }

  async function publish(upload: Upload, files: readonly UploadFile[]): Promise<void> {
    const asset = newAssetOf(upload, files);
    if (asset !== undefined && (await deps.isUserDeleted(upload.user_id))) return withdraw(upload);
    const release = releaseOf(upload, files);
    const result =
      asset === undefined
        ? await deps.publication.addRelease(release, upload.event_id)
        : await deps.publication.createAsset(asset, release, upload.event_id);
    if (result.outcome !== 'published') {
      return end(upload, 'rejected', { code: REFUSAL_OF_OUTCOME[result.outcome] });
    }
    // The account may have been deleted between the look above and the write: its cascade may already have
    // passed, so whoever published takes it back.
    if (asset !== undefined && (await deps.isUserDeleted(upload.user_id))) return withdraw(upload);
    await deps.quotas.settle(upload.charged_to, upload.upload_id);
    await end(upload, 'published');
  }

  return async (uploadId) => {
    const whole = await deps.uploads.findWhole(uploadId);
    if (whole === undefined) return;
    const { upload, files } = whole;
    if (!isOpen(upload.state)) return deps.cleanUp(uploadId);
    if (upload.state === 'publishing') return publish(upload, files);
    if (files.some((file) => file.state === 'rejected')) return end(upload, 'rejected');
    const complete = files.length === upload.file_count && files.every((file) => file.state === 'accepted');
    if (!complete) return;
    if (await deps.isUserDeleted(upload.user_id)) return end(upload, 'aborted', { code: 'user.deleted' });
    // Decided here, before anything is visible: an abort or the expiry comes before this or too late.
    const now = deps.now().toISOString();
    const begun = await deps.uploads.moveTo(uploadId, 'publishing', { now, dueAt: upload.due_at });
    if (begun) return publish(upload, files);
    const current = await deps.uploads.find(uploadId);
    if (current?.state === 'publishing') return publish(upload, files);
    await deps.cleanUp(uploadId);
  };
}

function releaseOf(upload: Upload, files: readonly UploadFile[]): ReleaseRecord {
  const content = files.flatMap((file) =>
    file.role === 'file' && file.facts !== undefined
      ? [
          {
            file_id: file.file_id,
            path: file.path,
            key: file.facts.key,
            size: file.size,
            sha256: file.sha256,
            media_type: file.facts.media_type,
          },
        ]
      : [],
  );
  return {
    asin: upload.asin,
    release_id: upload.release_id,
    version: upload.version,
    upload_id: upload.upload_id,
    user_id: upload.user_id,
    compatible_engine_ver: [...upload.compatible_engine_ver],
    note: upload.note,
    size: content.reduce((sum, file) => sum + file.size, 0),
    files: content,
    main_file_id: upload.main_file_id,
    // Of the declaration, not of now: a repeated publication must write the same release.
    date_posted: upload.created_at,
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
    images: files.flatMap((file) => (file.facts?.image === undefined ? [] : [file.facts.image])),
  };
}
