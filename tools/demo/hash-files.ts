import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { eachGoing, type AssetRun, type HashedFile } from './asset-run.ts';
import type { SourceFile } from './find-sources.ts';
import type { Progress } from './progress.ts';

/** Reads every file once, with flat memory, for the sha256 that its declaration carries. */
export async function hashFiles(runs: readonly AssetRun[], progress: Progress): Promise<void> {
  const files = runs.flatMap(({ source }) => [...source.files, source.picture]);
  const phase = progress.phase('hash', sumOfSizes(files), 'bytes');
  await eachGoing(runs, async (run) => {
    run.files = await Promise.all(run.source.files.map((file) => hashFile(file, phase.advance)));
    run.picture = await hashFile(run.source.picture, phase.advance);
  });
  phase.end();
}

async function hashFile(file: SourceFile, onRead: (bytes: number) => void): Promise<HashedFile> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file.file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    onRead(chunk.length);
  }
  return { ...file, sha256: hash.digest('hex') };
}

export const sumOfSizes = (files: readonly { sizeBytes: number }[]): number =>
  files.reduce((sum, file) => sum + file.sizeBytes, 0);
