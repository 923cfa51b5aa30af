import { DomainError, invalidField } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import { ASSET_LIMITS } from '@cairn/shared/fields/asset-fields';
import type { Publication } from '@cairn/shared/records/publication';
import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';
import type { Limits } from './limits.ts';
import type { IncomingStore, PutInstruction, QuotaLedger, UploadRepository } from './ports.ts';
import { planParts } from './part-plan.ts';
import { presignWholeFiles } from './presign-whole-files.ts';
import type { DeclaredAsset, Role, Upload, UploadFile } from './upload.ts';

export interface DeclaredFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly content_type: string;
  readonly main: boolean;
}

export interface UploadDeclaration {
  /** A new asset, or the asset that this is a further release of. */
  readonly target:
    | { readonly kind: 'new_asset'; readonly asset: DeclaredAsset }
    | { readonly kind: 'release'; readonly asin: string };
  readonly version: string;
  readonly note: string;
  readonly compatible_engine_ver: readonly string[];
  readonly files: readonly DeclaredFile[];
  readonly pictures: readonly Omit<DeclaredFile, 'main'>[];
}

export interface DeclaredUpload {
  readonly upload: Upload;
  readonly files: readonly UploadFile[];
  readonly puts: ReadonlyMap<string, PutInstruction>;
}

export interface DeclareUploadDeps {
  uploads: UploadRepository;
  quotas: QuotaLedger;
  incoming: IncomingStore;
  isUserDeleted: IsUserDeleted;
  findAsset: Publication['findAsset'];
  limits: Limits;
  firstLookSeconds: number;
  now: () => Date;
  newId: NewId;
}

/** `uploadId`: what the upload shall be called; otherwise it gets a new id. */
export type DeclareUpload = (
  userId: string,
  declaration: UploadDeclaration,
  uploadId?: string,
) => Promise<DeclaredUpload>;

/**
 * The upload's item is written first, with a date for the sweep: whatever a crash leaves after it, files
 * without URLs or a reservation without files, ends with the upload's expiry.
 */
export function declareUpload(deps: DeclareUploadDeps): DeclareUpload {
  return async (userId, declaration, uploadId = deps.newId('upload')) => {
    checkAgainstLimits(declaration, deps.limits);
    // The token outlives the account by up to its lifetime; the tombstone does not wait.
    if (await deps.isUserDeleted(userId)) throw new DomainError('auth.invalid_token');

    const target = await resolveTarget(deps, userId, declaration);

    const { upload, files } = draft(deps, { userId, uploadId, target }, declaration);
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
        detail: `The quota of ${reservation.what} (${deps.limits.quota[reservation.what]}) would be exceeded.`,
        hint: 'GET /v1/limits tells the quota; delete assets or let open uploads end.',
      });
    }
    await deps.uploads.addFiles(files);
    const puts = await presignWholeFiles(deps.incoming, files, deps.limits.urlLifetimeSeconds);
    return { upload, files, puts };
  };
}

interface Target {
  readonly asin: string;
  readonly owner: string;
  readonly asset: DeclaredAsset | undefined;
}

/** Refuses early what publication would refuse late; it decides again, by one conditional write. */
async function resolveTarget(
  { findAsset, newId }: Pick<DeclareUploadDeps, 'findAsset' | 'newId'>,
  userId: string,
  { target, version }: UploadDeclaration,
): Promise<Target> {
  if (target.kind === 'new_asset') return { asin: newId('asset'), owner: userId, asset: target.asset };
  const found = await findAsset(target.asin);
  if (found?.status !== 'published') throw new DomainError('asset.not_found');
  if (found.user_id !== userId && !found.co_owners.includes(userId)) throw new DomainError('asset.not_owner');
  if (found.releases[version] !== undefined) {
    throw new DomainError('release.version_taken', { hint: `The newest version is ${found.version}.` });
  }
  if (Object.keys(found.releases).length >= ASSET_LIMITS.releases) {
    throw new DomainError('release.limit_reached');
  }
  return { asin: target.asin, owner: found.user_id, asset: undefined };
}

function draft(
  deps: Pick<DeclareUploadDeps, 'newId' | 'now' | 'limits' | 'firstLookSeconds'>,
  { userId, uploadId, target }: { userId: string; uploadId: string; target: Target },
  declaration: UploadDeclaration,
): { upload: Upload; files: UploadFile[] } {
  const now = deps.now();
  const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
  const toFile = (role: Role, declared: Omit<DeclaredFile, 'main'>, position: number): UploadFile => ({
    upload_id: uploadId,
    file_id: deps.newId(role === 'picture' ? 'image' : 'file'),
    role,
    position,
    path: declared.path,
    size: declared.size,
    sha256: declared.sha256,
    content_type: declared.content_type,
    state: 'waiting',
    multipart: declared.size > deps.limits.multipartThresholdBytes ? planParts(declared.size) : undefined,
    sequencer: undefined,
    lease: undefined,
    facts: undefined,
    refusal: undefined,
  });
  const files = [
    ...declaration.files.map((file, i) => toFile('file', file, i)),
    ...declaration.pictures.map((picture, i) => toFile('picture', picture, declaration.files.length + i)),
  ];
  const mainIndex = declaration.files.findIndex((file) => file.main);
  const mainFile = files[Math.max(0, mainIndex)];
  if (mainFile === undefined) throw invalidField('/files', 'too_small', 'must hold at least one file');
  const upload: Upload = {
    upload_id: uploadId,
    user_id: userId,
    asin: target.asin,
    charged_to: target.owner,
    release_id: deps.newId('release'),
    event_id: deps.newId('event'),
    asset: target.asset,
    version: declaration.version,
    note: declaration.note,
    compatible_engine_ver: declaration.compatible_engine_ver,
    main_file_id: mainFile.file_id,
    file_count: files.length,
    total_bytes: files.reduce((sum, file) => sum + file.size, 0),
    state: 'open',
    created_at: now.toISOString(),
    deadline: inSeconds(deps.limits.uploadLifetimeSeconds),
    due_at: inSeconds(deps.firstLookSeconds),
    ended_at: undefined,
    refusal: undefined,
  };
  return { upload, files };
}

/** The rules that depend on configuration or on several fields; the schema has checked the rest. */
function checkAgainstLimits(declaration: UploadDeclaration, limits: Limits): void {
  declaration.files.forEach((file, i) => {
    if (file.size > limits.maxFileBytes) {
      throw invalidField(
        `/files/${i}/size`,
        'upload.file_too_large',
        `must be at most ${limits.maxFileBytes} bytes`,
        'Split the file, or pack it tighter; GET /v1/limits tells the limit.',
      );
    }
  });
  declaration.pictures.forEach((picture, i) => {
    if (picture.size > limits.maxPictureBytes) {
      throw invalidField(
        `/pictures/${i}/size`,
        'upload.picture_too_large',
        `must be at most ${limits.maxPictureBytes} bytes`,
        'The largest derivative is 1280 pixels wide: a smaller picture looks the same.',
      );
    }
  });
  const mains = declaration.files.flatMap((file, i) => (file.main ? [i] : []));
  if (mains.length > 1) {
    throw invalidField(
      `/files/${mains[1]}/main`,
      'upload.two_main_files',
      'only one file can be the main one',
    );
  }
  const seen = new Map<string, number>();
  declaration.files.forEach((file, i) => {
    const key = file.path.normalize('NFKC').toLowerCase();
    const earlier = seen.get(key);
    if (earlier !== undefined) {
      throw invalidField(
        `/files/${i}/path`,
        'upload.duplicate_path',
        `is the path of /files/${earlier}, or differs from it by case alone`,
        'Windows and macOS could not hold both.',
      );
    }
    seen.set(key, i);
  });
}
