import type { NewId } from '@cairn/shared/ids';
import type { ReleaseFile, ReleaseRecord } from '@cairn/shared/records/release-record';
import type { Bounded } from './bounded-recording.ts';
import { engineSeries } from './client-engine.ts';
import { clientHash, isRobot, type DownloadClient } from './client-hash.ts';
import type { SaltOf } from './daily-salt.ts';
import type { RecordGrant } from './download-grant.ts';

export interface RecordDownloadDeps {
  record: RecordGrant;
  bounded: Bounded;
  saltOf: SaltOf;
  /** Names the sheet that a grant of the asset is marked on. */
  sheetOf: (asin: string, at: Date) => string;
  newId: NewId;
  now: () => Date;
}

export interface GrantedFile {
  readonly asin: string;
  readonly release: ReleaseRecord;
  readonly file: ReleaseFile;
  readonly client: DownloadClient;
  /** The engine that the client says it is for. */
  readonly engine?: string | undefined;
}

/** What counts (I13): one answered GET that grants bytes, except to robots that say so. */
export async function recordDownload(deps: RecordDownloadDeps, granted: GrantedFile): Promise<void> {
  const { asin, release, file, client, engine } = granted;
  if (isRobot(client.userAgent)) return;
  const at = deps.now();
  await deps.bounded(async () =>
    deps.record({
      id: deps.newId('download'),
      asin,
      release_id: release.release_id,
      version: release.version,
      file_id: file.file_id,
      client: clientHash(await deps.saltOf(at), client, at),
      at: at.toISOString(),
      sheet: deps.sheetOf(asin, at),
      ...(engine === undefined ? {} : { engine: engineSeries(engine) }),
    }),
  );
}
