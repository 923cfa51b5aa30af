import { InspectionFault, type FaultKind } from './inspection-fault.ts';
import type { UploadRepository } from '../ports.ts';
import type { Refusal } from '../refusals.ts';
import type { UploadFile } from '../upload.ts';

/**
 * How many deliveries a file gets that breaks an inspector which can do other files. In each it has done so twice,
 * the second time to a child that had nothing before. What is the file's alone is the same every time. That time
 * runs out, or a process ends, can be the fault of a busy machine: after a back-off there is a second delivery.
 */
const MOST_FAULTS: Partial<Record<FaultKind, number>> = {
  'timed out': 2,
  stalled: 2,
  crashed: 2,
  'could not tell': 2,
};

/**
 * After a fault: what is ours is thrown on, to be tried again for as long as the upload is open. What the
 * file does every time becomes a refusal, so that it neither keeps the workers busy for ever nor is published.
 */
export async function refuseUninspectable(
  { uploads }: { uploads: Pick<UploadRepository, 'recordFaults'> },
  file: UploadFile,
  token: string,
  error: unknown,
): Promise<{ outcome: 'rejected'; refusal: Refusal }> {
  if (!(error instanceof InspectionFault) || error.blame !== 'file') throw error;
  const faults = (file.faults ?? 0) + 1;
  if (faults >= (MOST_FAULTS[error.kind] ?? 1)) {
    return { outcome: 'rejected', refusal: { code: 'file.not_inspectable', detail: error.kind } };
  }
  await uploads.recordFaults(file, token, faults);
  throw error;
}
