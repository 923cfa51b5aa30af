import type { ReleaseSummary } from '@cairn/shared/records/asset-record';
import type { ReleaseFile } from '@cairn/shared/records/release-record';
import type { DownloadClient } from './client-hash.ts';
import { fileNameOf } from './content-disposition.ts';
import { findServedFile, type ServedFileDeps } from './find-served-file.ts';
import { recordDownload, type RecordDownloadDeps } from './record-download.ts';

/** Makes a URL with which anybody can read one object for a while. A secret (I11). */
export type PresignDownload = (file: {
  key: string;
  fileName: string;
  mediaType: string;
}) => Promise<{ url: string; expiresAt: Date }>;

export interface GrantDeps extends ServedFileDeps, RecordDownloadDeps {
  presign: PresignDownload;
}

export interface GrantInput {
  asin: string;
  /** Absent: the newest release that is not yanked, and of it the main file. */
  file?: { version: string; fileId: string } | undefined;
  client: DownloadClient;
  /** The engine that the client says it is for; where no file is named the release supports it. */
  engine?: string | undefined;
  /** Whether the request is of a kind that counts. */
  counts: boolean;
}

export interface GrantedDownload {
  url: string;
  expiresAt: Date;
  fileName: string;
  file: ReleaseFile;
  /** That its release was taken back, and why. */
  yanked: ReleaseSummary['yanked'];
}

/** Bytes are granted on the table's word alone: whatever memory says, a deleted or withheld asset gives nothing. */
export function grantDownload(deps: GrantDeps) {
  return async ({ asin, file: wanted, client, engine, counts }: GrantInput): Promise<GrantedDownload> => {
    const { release, file, yanked } = await findServedFile(deps, asin, wanted, engine);
    const fileName = fileNameOf(file.path);
    const { url, expiresAt } = await deps.presign({ key: file.key, fileName, mediaType: file.media_type });
    if (counts) await recordDownload(deps, { asin, release, file, client, engine });
    return { url, expiresAt, fileName, file, yanked };
  };
}
