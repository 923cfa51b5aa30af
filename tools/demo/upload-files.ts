import { createReadStream } from 'node:fs';
import { putToStorage } from '../client/transfer.ts';
import type { ReceiptFile } from '../client/wire.ts';
import { eachGoing, settled, type AssetRun, type HashedFile } from './asset-run.ts';
import { sumOfSizes } from './hash-files.ts';
import type { Progress } from './progress.ts';

/** Streams each file from disk to its presigned URL; the services never see the bytes. */
export async function uploadFiles(runs: readonly AssetRun[], progress: Progress): Promise<void> {
  const all = runs.flatMap(({ files, picture }) => [...files, ...(picture === undefined ? [] : [picture])]);
  const phase = progress.phase('upload', sumOfSizes(all), 'bytes');
  await eachGoing(runs, async (run) => {
    for (const entry of settled(run.receipt).files) await upload(entry, localFile(run, entry), phase.advance);
  });
  phase.end();
}

async function upload(entry: ReceiptFile, local: HashedFile, onSent: (bytes: number) => void): Promise<void> {
  if (entry.put === undefined) throw new Error(`the receipt has no URL for ${entry.path}`);
  const source = { sizeBytes: local.sizeBytes, open: () => createReadStream(local.file) };
  const { status, code } = await putToStorage(entry.put, source, onSent);
  if (status !== 200) throw new Error(`the storage answered ${status} ${code} to the PUT of ${entry.path}`);
}

function localFile(run: AssetRun, entry: ReceiptFile): HashedFile {
  if (entry.role === 'picture') return settled(run.picture);
  return settled(run.files.find((file) => file.path.normalize('NFC') === entry.path));
}
