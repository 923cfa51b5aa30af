import { InspectionFault } from './inspection-fault.ts';
import type { UploadRepository } from '../ports.ts';
import type { Refusal } from '../refusals.ts';
import type { UploadFile } from '../upload.ts';

/** How many tries a file gets that crashes, spins or starves an inspector which can do other files. */
const MOST_FAULTS = 3;

/**
 * A file that needs too much memory needs it every time, whatever else the machine is doing. Time is another
 * matter: on a busy machine it runs out for a file that is well.
 */
const mostFaults = ({ kind }: InspectionFault): number => (kind === 'out of memory' ? 1 : MOST_FAULTS);

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
  if (faults >= mostFaults(error)) {
    return { outcome: 'rejected', refusal: { code: 'file.not_inspectable', detail: error.kind } };
  }
  await uploads.recordFaults(file, token, faults);
  throw error;
}
