import { DomainError } from '@cairn/shared/errors/domain-error';
import type { Publication } from '@cairn/shared/records/publication';
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
  firstLookSeconds: number;
  findAsset: Publication['findAsset'];
}

/** `uploadId`: what the upload shall be called; otherwise it gets a new id. */
export type DeclareUpload = (
  userId: string,
  declaration: UploadDeclaration,
  uploadId?: string,
) => Promise<DeclaredUpload>;

/**
 * The upload is written whole, with a date for the sweep, and becomes one that is told of by the last write,
 * when its quota is reserved: a crash before that leaves nothing that anybody sees, and that the sweep removes
 * within a minute. What is refused here is what `try-declaration.ts` tells before.
 */
export function declareUpload(deps: DeclareUploadDeps): DeclareUpload {
  return async (userId, declaration, uploadId = deps.newId('upload')) => {
    const errors = checkDeclaration(declaration, deps.limits);
    if (errors.length > 0) throw new DomainError('request.invalid', { errors });

    const { target, refusals } = await resolveTarget(deps, userId, declaration);
    const [refusal] = refusals;
    if (refusal !== undefined) throw refusal.error;
    if (target === undefined) throw new DomainError('asset.not_found');

    const { upload, files } = draftUpload(deps, { userId, uploadId, target }, declaration);
    await deps.uploads.create(upload, files);
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
    const opened = await open(deps, upload);
    const puts = await presignWholeFiles(deps.incoming, files, deps.limits.urlLifetimeSeconds);
    return { upload: opened, files, puts };
  };
}

async function open(deps: DeclareUploadDeps, upload: Upload): Promise<Upload> {
  const now = deps.now();
  const dueAt = new Date(now.getTime() + deps.firstLookSeconds * 1000).toISOString();
  const opened: Upload = { ...upload, state: 'open', due_at: dueAt };
  if (await deps.uploads.moveTo(upload.upload_id, 'open', { now: now.toISOString(), dueAt })) return opened;
  // Only this declaration opens it: then it was done, and its answer lost.
  if ((await deps.uploads.find(upload.upload_id))?.state === 'open') return opened;
  // The sweep took it for cut off, or its user was deleted.
  await deps.quotas.release(upload.charged_to, upload.upload_id);
  throw new DomainError('service.unavailable', { retryable: true, retryAfterSeconds: 1 });
}
