import type { UploadSnapshot } from '../domain/following/get-receipt.ts';
import { percentOf } from '../domain/following/percent.ts';
import type { PutInstruction } from '../domain/ports.ts';
import { REFUSALS, type Refusal } from '../domain/refusals.ts';
import { shownState } from '../domain/following/shown-state.ts';
import type { UploadFile } from '../domain/upload.ts';
import { receiptSchema, type Receipt } from './upload-schemas.ts';

/** `puts` is told to whoever has just declared the upload, and to nobody else. */
export function toReceipt(
  { upload, files, arrived }: Omit<UploadSnapshot, 'arrived'> & Partial<UploadSnapshot>,
  puts?: ReadonlyMap<string, PutInstruction>,
): Receipt {
  return receiptSchema.parse({
    upload_id: upload.upload_id,
    asin: upload.asin,
    version: upload.version,
    state: shownState(upload, files),
    created_at: upload.created_at,
    expires_at: upload.deadline,
    refusal: upload.refusal && showRefusal(upload.refusal, ''),
    files: files.map((file, i) => ({
      file_id: file.file_id,
      role: file.role,
      path: file.path,
      size: file.size,
      sha256: file.sha256,
      stage: file.state,
      percent: percentOf(file, arrived),
      refusal: file.refusal && showRefusal(file.refusal, fieldOf(files, i)),
      put: puts?.get(file.file_id),
      multipart: file.multipart,
    })),
  });
}

/** The pointer into the declaration, so that a client can mark the input that was wrong. */
function fieldOf(files: readonly UploadFile[], position: number): string {
  const { role } = files[position] ?? { role: 'file' };
  const first = files.findIndex((file) => file.role === role);
  return `/${role === 'file' ? 'files' : 'pictures'}/${position - first}`;
}

function showRefusal(refusal: Refusal, place: string) {
  const { field, message, hint } = REFUSALS[refusal.code];
  return {
    code: refusal.code,
    field: field === '' ? place : `${place}/${field}`,
    message,
    hint,
    detail: refusal.detail,
  };
}
