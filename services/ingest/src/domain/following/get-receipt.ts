import { DomainError } from '@cairn/shared/errors/domain-error';
import type { CountArrivedBytes } from '../sending/arrived-bytes.ts';
import type { ArrivedBytes } from './percent.ts';
import type { UploadRepository } from '../ports.ts';
import { isDeclared, type Upload, type UploadFile } from '../upload.ts';

/** An upload as its receipt tells it. */
export interface UploadSnapshot {
  readonly upload: Upload;
  readonly files: readonly UploadFile[];
  readonly arrived: ArrivedBytes;
}

export interface GetReceiptDeps {
  uploads: UploadRepository;
  countArrived: CountArrivedBytes;
}

export type GetReceipt = (userId: string, uploadId: string) => Promise<UploadSnapshot>;

/** Somebody else's upload is as unknown as one that never was. */
export function getReceipt(deps: GetReceiptDeps): GetReceipt {
  const look = lookAtUpload(deps);
  return async (userId, uploadId) => {
    const found = await look(uploadId);
    if (found?.upload.user_id !== userId || !isDeclared(found.upload))
      throw new DomainError('upload.not_found');
    return found;
  };
}

/** The upload as it is now, whoever asks. */
export function lookAtUpload({ uploads, countArrived }: GetReceiptDeps) {
  return async (uploadId: string): Promise<UploadSnapshot | undefined> => {
    const whole = await uploads.findWhole(uploadId);
    return whole && { ...whole, arrived: await countArrived(whole.upload, whole.files) };
  };
}
