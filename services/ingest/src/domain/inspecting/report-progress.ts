import type { UploadRepository } from '../ports.ts';
import type { UploadFile } from '../upload.ts';

export interface ReportProgressDeps {
  uploads: Pick<UploadRepository, 'recordProgress'>;
  now: () => Date;
  everyMs?: number;
}

/** To be called with the number of bytes that were read since the last call. */
export type OnProgress = (bytes: number) => void;

/**
 * Records how far the inspection of a file has come, at most once a second and for files that take longer
 * than that, one write at a time. It only informs: a write that fails is left out.
 */
export function reportProgress(deps: ReportProgressDeps, file: UploadFile, token: string): OnProgress {
  const everyMs = deps.everyMs ?? 1_000;
  let read = 0;
  let writing = false;
  let last = deps.now().getTime();
  return (bytes) => {
    read += bytes;
    const at = deps.now().getTime();
    if (writing || at - last < everyMs) return;
    last = at;
    writing = true;
    deps.uploads
      .recordProgress(file, token, read)
      .catch(() => undefined)
      .finally(() => (writing = false));
  };
}
