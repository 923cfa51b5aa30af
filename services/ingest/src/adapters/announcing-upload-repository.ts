import type { UploadRepository } from '../domain/ports.ts';

/** Says which upload a write of this process has changed, after it; for those who follow it. */
export function announcingUploadRepository(
  uploads: UploadRepository,
  announce: (uploadId: string) => void,
): UploadRepository {
  async function after<Result>(uploadId: string, write: Promise<Result>): Promise<Result> {
    try {
      return await write;
    } finally {
      // Also after a failure: the write may have been made and its answer lost.
      announce(uploadId);
    }
  }
  return {
    ...uploads,
    claimFile: (file, claim) => after(file.upload_id, uploads.claimFile(file, claim)),
    recordProgress: (file, token, bytes) => after(file.upload_id, uploads.recordProgress(file, token, bytes)),
    acceptFile: (file, token, facts) => after(file.upload_id, uploads.acceptFile(file, token, facts)),
    rejectFile: (file, token, refusal) => after(file.upload_id, uploads.rejectFile(file, token, refusal)),
    moveTo: (uploadId, to, change) => after(uploadId, uploads.moveTo(uploadId, to, change)),
  };
}
