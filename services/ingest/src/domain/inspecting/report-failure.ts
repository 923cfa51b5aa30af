import { InspectionFault } from './inspection-fault.ts';
import type { UploadRepository } from '../ports.ts';

export type ReportFailure = (uploadId: string, error: unknown) => Promise<void>;

/** Makes a fault of ours visible in the receipt. The upload stays open to the next try, which the sweep asks for. */
export function reportFailure(deps: { uploads: UploadRepository; now: () => Date }): ReportFailure {
  return async (uploadId, error) => {
    const upload = await deps.uploads.find(uploadId);
    if (upload === undefined) return;
    await deps.uploads.moveTo(uploadId, 'failed', {
      now: deps.now().toISOString(),
      dueAt: upload.due_at,
      refusal: {
        code: 'inspection.failed',
        // A class, never what an error says: that is for the log.
        ...(error instanceof InspectionFault ? { detail: error.kind } : {}),
      },
    });
  };
}
