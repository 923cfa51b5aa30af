import { DomainError } from '@cairn/shared/errors/domain-error';
import type { UploadRepository } from './ports.ts';
import type { Upload, UploadFile } from './upload.ts';

export type GetReceipt = (
  userId: string,
  uploadId: string,
) => Promise<{ upload: Upload; files: UploadFile[] }>;

/** Somebody else's upload is as unknown as one that never was. */
export function getReceipt({ uploads }: { uploads: UploadRepository }): GetReceipt {
  return async (userId, uploadId) => {
    const whole = await uploads.findWhole(uploadId);
    if (whole === undefined || whole.upload.user_id !== userId) throw new DomainError('upload.not_found');
    return whole;
  };
}
