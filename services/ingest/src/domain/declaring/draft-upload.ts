import { invalidField } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import { originNow } from '@cairn/shared/telemetry/origin';
import type { DeclaredFile, UploadDeclaration } from './declaration.ts';
import type { Limits } from '../limits.ts';
import { planParts } from './part-plan.ts';
import type { Target } from './resolve-target.ts';
import type { Multipart, Role, Upload, UploadFile } from '../upload.ts';

export interface DraftUploadDeps {
  limits: Limits;
  now: () => Date;
  newId: NewId;
}

/** What has not become an upload by then was cut off. */
const DECLARING_SECONDS = 30;

/** How a file of this size is sent: undefined when as a whole. */
export const sendingPlan = (size: number, limits: Limits): Multipart | undefined =>
  size > limits.multipartThresholdBytes ? planParts(size) : undefined;

/** The upload and its files as they will be stored; nothing is written. */
export function draftUpload(
  deps: DraftUploadDeps,
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
    multipart: sendingPlan(declared.size, deps.limits),
    sequencer: undefined,
    lease: undefined,
    inspected_bytes: undefined,
    facts: undefined,
    refusal: undefined,
  });
  const files = [
    ...declaration.files.map((file, i) => toFile('file', file, i)),
    ...declaration.pictures.map((picture, i) => toFile('picture', picture, declaration.files.length + i)),
  ];
  const mainIndex = declaration.files.findIndex((file) => file.main);
  const mainFile = files[Math.max(0, mainIndex)];
  if (mainFile === undefined) throw invalidField('/files', 'list.too_short', 'must hold at least one file');
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
    total_bytes: totalBytes(declaration),
    state: 'declaring',
    created_at: now.toISOString(),
    deadline: inSeconds(deps.limits.uploadLifetimeSeconds),
    due_at: inSeconds(DECLARING_SECONDS),
    ended_at: undefined,
    refusal: undefined,
    origin: originNow(),
  };
  return { upload, files };
}

export const totalBytes = ({ files, pictures }: UploadDeclaration): number =>
  [...files, ...pictures].reduce((sum, { size }) => sum + size, 0);
