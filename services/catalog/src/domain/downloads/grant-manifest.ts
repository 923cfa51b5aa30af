import { DomainError } from '@cairn/shared/errors/domain-error';
import { fileNameOf } from './content-disposition.ts';
import { findServedFile, type ServedFileDeps } from './find-served-file.ts';
import type { PresignDownload } from './grant-download.ts';

export interface GrantManifestDeps extends ServedFileDeps {
  presign: PresignDownload;
}

export interface GrantManifestInput {
  readonly asin: string;
  readonly version: string;
  readonly fileId: string;
}

export interface GrantedManifest {
  readonly url: string;
  readonly expiresAt: Date;
  readonly fileName: string;
  readonly size: number;
  readonly sha256: string;
}

export const MANIFEST_TYPE = 'application/x-ndjson';

/** The listing of an archive. It is about the file and not the file, so it counts as no download. */
export function grantManifest(deps: GrantManifestDeps) {
  return async (input: GrantManifestInput): Promise<GrantedManifest> => {
    const { file } = await findServedFile(deps, input.asin, input);
    const { archive } = file;
    if (archive === undefined) throw new DomainError('file.no_manifest');
    const fileName = `${fileNameOf(file.path)}.manifest.ndjson`;
    const granted = await deps.presign({ key: archive.manifest_key, fileName, mediaType: MANIFEST_TYPE });
    return { ...granted, fileName, size: archive.manifest_size, sha256: archive.manifest_sha256 };
  };
}
