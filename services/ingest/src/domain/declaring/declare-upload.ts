import { DomainError } from '@cairn/shared/errors/domain-error';
import type { Publication } from '@cairn/shared/records/publication';
import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';
import { checkDeclaration } from './check-declaration.ts';
import type { UploadDeclaration } from './declaration.ts';
import { draftUpload, type DraftUploadDeps } from './draft-upload.ts';
import type { IncomingStore, PutInstruction, QuotaLedger, UploadRepository } from '../ports.ts';
import { presignWholeFiles } from './presign-whole-files.ts';
import { resolveTarget } from './resolve-target.ts';
import type { Upload, UploadFile } from '../upload.ts';

export interface DeclaredUpload {
  readonly upload: Upload;
  readonly files: readonly UploadFile[];
  readonly puts: ReadonlyMap<string, PutInstruction>;
}

export interface DeclareUploadDeps extends DraftUploadDeps {
  uploads: UploadRepository;
  quotas: QuotaLedger;
  incoming: IncomingStore;
  isUserDeleted: IsUserDeleted;
  findAsset: Publication['findAsset'];
}

/** `uploadId`: what the upload shall be called; otherwise it gets a new id. */
export type DeclareUpload = (
  userId: string,
  declaration: UploadDeclaration,
  uploadId?: string,
) => Promise<DeclaredUpload>;

/**
 * The upload's item is written first, with a date for the sweep: whatever a crash leaves after it, files
 * without URLs or a reservation without files, ends with the upload's expiry. What is refused here is what
 * `try-declaration.ts` tells before.
 */
export function declareUpload(deps: DeclareUploadDeps): DeclareUpload {
  return async (userId, declaration, uploadId = deps.newId('upload')) => {
    const errors = checkDeclaration(declaration, deps.limits);
    if (errors.length > 0) throw new DomainError('request.invalid', { errors });
    // The token outlives the account by up to its lifetime; the tombstone does not wait.
    if (await deps.isUserDeleted(userId)) throw new DomainError('auth.invalid_token');

    const { target, refusals } = await resolveTarget(deps, userId, declaration);
    const [refusal] = refusals;
    if (refusal !== undefined) throw refusal.error;
    if (target === undefined) throw new DomainError('asset.not_found');

    const { upload, files } = draftUpload(deps, { userId, uploadId, target }, declaration);
    await deps.uploads.create(upload);
    const reservation = await deps.quotas.reserve(
      upload.charged_to,
      upload.upload_id,
      { asin: upload.asin, bytes: upload.total_bytes, assets: upload.asset === undefined ? 0 : 1 },
      deps.limits.quota,
    );
    if (reservation.outcome === 'exceeded') {
      await deps.uploads.remove(upload.upload_id);
      throw new DomainError('quota.exceeded', {
        hint: 'GET /v1/limits tells the quota; delete assets or let open uploads end.',
        errors: reservation.exceeded,
      });
    }
    // The asset's deletion ends what it finds reserved; what is reserved after that finds the tombstone.
    const isGone = target.asset === undefined && (await deps.findAsset(upload.asin))?.status !== 'published';
    if (isGone) {
      await deps.quotas.release(upload.charged_to, upload.upload_id);
      await deps.uploads.remove(upload.upload_id);
      throw new DomainError('asset.not_found');
    }
    await deps.uploads.addFiles(files, upload.deadline);
    const puts = await presignWholeFiles(deps.incoming, files, deps.limits.urlLifetimeSeconds);
    return { upload, files, puts };
  };
}
