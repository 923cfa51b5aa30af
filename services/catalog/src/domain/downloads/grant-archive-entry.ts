import type { ManifestEntry } from '@cairn/shared/records/archive-manifest';
import { DomainError } from '@cairn/shared/errors/domain-error';
import type { DownloadClient } from './client-hash.ts';
import { fileNameOf } from './content-disposition.ts';
import type { FindManifestEntry } from './find-manifest-entry.ts';
import { findServedFile, type ServedFileDeps } from './find-served-file.ts';
import type { PresignDownload } from './grant-download.ts';
import { recordDownload, type RecordDownloadDeps } from './record-download.ts';

export interface GrantEntryDeps extends ServedFileDeps, RecordDownloadDeps {
  presign: PresignDownload;
  findEntry: FindManifestEntry;
}

export interface GrantEntryInput {
  readonly asin: string;
  readonly version: string;
  readonly fileId: string;
  /** Exactly as the manifest has it. */
  readonly path: string;
  readonly client: DownloadClient;
  readonly counts: boolean;
}

export interface GrantedEntry {
  readonly url: string;
  readonly expiresAt: Date;
  /** For the header `Range`; undefined where there is nothing to fetch. */
  readonly range: string | undefined;
  readonly method: 'stored' | 'deflate';
  readonly entry: ManifestEntry;
}

/**
 * One file of a zip or plain tar: where its bytes lie in the archive and how they are packed. The client
 * fetches that range and inflates it, since no redirect can impose a range (I7). It counts like a download.
 */
export function grantArchiveEntry(deps: GrantEntryDeps) {
  return async (input: GrantEntryInput): Promise<GrantedEntry> => {
    const { asin, path, client } = input;
    const { release, file } = await findServedFile(deps, asin, input);
    if (file.archive === undefined) throw new DomainError('file.no_manifest');
    if (file.archive.format === 'tar.gz') {
      throw new DomainError('archive.not_enterable', {
        detail: 'a tar.gz is compressed as a whole, so none of its files begins at a place of its own',
        hint: 'Download the whole archive. As a zip or plain tar it could be entered.',
      });
    }
    const { manifest_key, manifest_size } = file.archive;
    const entry = await deps.findEntry({ key: manifest_key, sizeBytes: manifest_size }, path);
    if (entry === undefined) {
      throw new DomainError('archive.entry_not_found', {
        hint: 'Use a path exactly as the manifest has it; folders have none.',
      });
    }
    const { offset, length, method } = entry;
    if (offset === undefined || length === undefined || method === undefined) {
      throw new Error('the manifest of an archive that can be entered gives no place');
    }
    const { key, media_type } = file;
    const granted = await deps.presign({ key, fileName: fileNameOf(file.path), mediaType: media_type });
    if (input.counts) await recordDownload(deps, { asin, release, file, client });
    const range = length === 0 ? undefined : `bytes=${offset}-${offset + length - 1}`;
    return { ...granted, entry, method, range };
  };
}
