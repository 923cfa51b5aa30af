import { randomBytes } from 'node:crypto';
import type { ApiClient } from '../client/api-client.ts';
import { newRun, type AssetRun } from './asset-run.ts';
import { declareUploads } from './declare-uploads.ts';
import { downloadFiles } from './download-files.ts';
import { findInSearch } from './find-in-search.ts';
import type { SourceAsset } from './find-sources.ts';
import { hashFiles } from './hash-files.ts';
import type { Progress } from './progress.ts';
import { uploadFiles } from './upload-files.ts';
import { verifyAssets } from './verify-assets.ts';
import { waitForInspection } from './wait-for-inspection.ts';

const INSPECTION_DEADLINE_MS = 120_000;
/** Public search is at most 2 s old; the rest is for a busy machine. */
const SEARCH_DEADLINE_MS = 10_000;
const COUNT_DEADLINE_MS = 15_000;

/** Takes the sources from sign-up to counted downloads, one phase after the other over all of them. */
export async function takeWholePath(
  sources: readonly SourceAsset[],
  api: ApiClient,
  progress: Progress,
  thumbnailFolder: string,
): Promise<AssetRun[]> {
  const runs = sources.map(newRun);
  const runTag = `demo-${randomBytes(4).toString('hex')}`;
  const { token } = await api.signUp({
    username: `${runTag}@example.org`,
    password: randomBytes(12).toString('base64url'),
  });
  await hashFiles(runs, progress);
  await declareUploads(runs, api, { token, runTag }, progress);
  await uploadFiles(runs, progress);
  await waitForInspection(runs, api, token, progress, INSPECTION_DEADLINE_MS);
  await findInSearch(runs, api, runTag, progress, SEARCH_DEADLINE_MS);
  await downloadFiles(runs, api, progress);
  await verifyAssets(runs, api, thumbnailFolder, progress, COUNT_DEADLINE_MS);
  return runs;
}
