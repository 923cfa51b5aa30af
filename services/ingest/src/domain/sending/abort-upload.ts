import { DomainError } from '@cairn/shared/errors/domain-error';
import type { CleanUpUpload } from '../ending/clean-up-upload.ts';
import type { UploadRepository } from '../ports.ts';
import { isDeclared } from '../upload.ts';

export interface AbortUploadDeps {
  uploads: UploadRepository;
  cleanUp: CleanUpUpload;
  now: () => Date;
}

export type AbortUpload = (userId: string, uploadId: string) => Promise<void>;

/** Ends an upload on its owner's word: parts, objects and reservation go. Twice is as good as once. */
export function abortUpload({ uploads, cleanUp, now }: AbortUploadDeps): AbortUpload {
  return async (userId, uploadId) => {
    const upload = await uploads.find(uploadId);
    if (upload?.user_id !== userId || !isDeclared(upload)) throw new DomainError('upload.not_found');
    const at = now().toISOString();
    await uploads.moveTo(uploadId, 'aborted', { now: at, dueAt: at });
    const after = await uploads.find(uploadId);
    if (after?.state !== 'aborted') {
      const detail = `The upload is ${after?.state === 'publishing' ? 'being published' : 'over'}.`;
      throw new DomainError('upload.not_open', { detail });
    }
    await cleanUp(uploadId);
  };
}
