import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import type { ReleaseFile } from '@cairn/shared/records/release-record';
import { published } from '../get-asset.ts';
import { releaseOf } from '../get-release.ts';
import type { AssetRepository, ReleaseRepository } from '../ports.ts';
import { clientHash, isRobot, type DownloadClient } from './client-hash.ts';
import { fileNameOf } from './content-disposition.ts';
import type { RecordGrant } from './download-grant.ts';

/** Makes a URL with which anybody can read one object for a while. A secret (I11). */
export type PresignDownload = (file: {
  key: string;
  fileName: string;
  mediaType: string;
}) => Promise<{ url: string; expiresAt: Date }>;

export interface GrantDeps {
  assets: Pick<AssetRepository, 'get'>;
  releases: Pick<ReleaseRepository, 'get'>;
  presign: PresignDownload;
  /** Never rejects and bounds its own time. */
  record: RecordGrant;
  clientSalt: string;
  newId: NewId;
  now: () => Date;
}

export interface GrantInput {
  asin: string;
  /** Absent: the newest release, and of it the main file. */
  file?: { version: string; fileId: string } | undefined;
  client: DownloadClient;
  /** Whether the request is of a kind that counts. */
  counts: boolean;
}

export interface GrantedDownload {
  url: string;
  expiresAt: Date;
  fileName: string;
  file: ReleaseFile;
}

/** Bytes are granted on the table's word alone: whatever memory says, a deleted asset gives nothing. */
export function grantDownload(deps: GrantDeps) {
  return async ({ asin, file: wanted, client, counts }: GrantInput): Promise<GrantedDownload> => {
    const asset = published(await deps.assets.get(asin));
    const release = await releaseOf(asset, wanted?.version ?? asset.version, deps.releases);
    const fileId = wanted?.fileId ?? release.main_file_id;
    const file = release.files.find((each) => each.file_id === fileId);
    if (file === undefined) throw new DomainError('file.not_found');

    const fileName = fileNameOf(file.path);
    const { url, expiresAt } = await deps.presign({ key: file.key, fileName, mediaType: file.media_type });
    if (counts && !isRobot(client.userAgent)) {
      const at = deps.now();
      await deps.record({
        id: deps.newId('download'),
        asin,
        release_id: release.release_id,
        version: release.version,
        file_id: file.file_id,
        client: clientHash(deps.clientSalt, client, at),
        at: at.toISOString(),
      });
    }
    return { url, expiresAt, fileName, file };
  };
}
