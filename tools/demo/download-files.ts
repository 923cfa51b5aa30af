import path from 'node:path';
import type { ApiClient } from '../client/api-client.ts';
import { fileNameOf, getFromStorage } from '../client/transfer.ts';
import type { Release, ReleaseFile } from '../client/wire.ts';
import { eachGoing, settled, type AssetRun, type HashedFile } from './asset-run.ts';
import { sumOfSizes } from './hash-files.ts';
import type { Progress } from './progress.ts';

/** Downloads every file without an account: route, 302, presigned GET; bytes and names must be the originals. */
export async function downloadFiles(
  runs: readonly AssetRun[],
  api: ApiClient,
  progress: Progress,
): Promise<void> {
  const phase = progress.phase('download', sumOfSizes(runs.flatMap((run) => run.files)), 'bytes');
  await eachGoing(runs, async (run) => {
    const asset = settled(run.asset);
    run.downloadsBefore = asset.downloads;
    const release = await api.release(asset.asin, asset.version);
    for (const local of run.files) {
      const entry = entryOf(release, local);
      const route = entry.file_id === release.main_file_id ? asset.asset_location : entry.download_url;
      const download = await getFromStorage(await api.downloadUrl(route), phase.advance);
      run.grants += 1;
      const name = fileNameOf(download.headers['content-disposition']);
      const original = path.posix.basename(entry.path);
      if (download.status !== 200) run.faults.push(`${entry.path}: the storage answered ${download.status}`);
      if (download.sha256 !== local.sha256) run.faults.push(`${entry.path}: other bytes than were uploaded`);
      if (entry.sha256 !== local.sha256) run.faults.push(`${entry.path}: the record holds another sha256`);
      if (name !== original)
        run.faults.push(`${entry.path}: is saved ${name === undefined ? 'without a name' : `as ${name}`}`);
    }
  });
  phase.end();
}

function entryOf(release: Release, local: HashedFile): ReleaseFile {
  const entry = release.files.find((file) => file.path === local.path.normalize('NFC'));
  if (entry === undefined) throw new Error(`the release does not list ${local.path}`);
  return entry;
}
