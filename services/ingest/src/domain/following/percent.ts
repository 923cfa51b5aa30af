import type { UploadFile } from '../upload.ts';

/** How many bytes of a file that is being sent in parts have arrived, by file id. */
export type ArrivedBytes = ReadonlyMap<string, number>;

/**
 * How much of its stage a file has behind it. Waiting: what has arrived; inspecting: what has been read, 100
 * only once the result is recorded.
 */
export function percentOf(file: UploadFile, arrived?: ArrivedBytes): number {
  switch (file.state) {
    case 'waiting':
      return share(arrived?.get(file.file_id) ?? 0, file.size);
    case 'inspecting':
      return Math.min(99, share(file.inspected_bytes ?? 0, file.size));
    case 'accepted':
    case 'rejected':
      return 100;
  }
}

const share = (bytes: number, size: number): number =>
  Math.max(0, Math.min(100, Math.floor((bytes / size) * 100)));
