import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const WRITE_BATCH_BYTES = 1024 * 1024;

export interface TempDir {
  newPath(): string;
}

/** A place for files that are not finished; what a killed process left there is removed. */
export async function openTempDir(path: string): Promise<TempDir> {
  await rm(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return { newPath: () => join(path, randomUUID()) };
}

/**
 * Readers see the old file or the new one, whole. There is no fsync: a kill of the process loses nothing that
 * was renamed, a power cut may.
 */
export async function writeJson(temp: TempDir, path: string, value: unknown): Promise<void> {
  const tempPath = temp.newPath();
  await writeFile(tempPath, JSON.stringify(value), { flag: 'wx' });
  await rename(tempPath, path);
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

export function listDir(path: string): string[] {
  mkdirSync(path, { recursive: true });
  return readdirSync(path);
}

/** Writes while it reads on: one batch is on its way to the disk as the next one is collected. */
export async function writeStream(path: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'wx');
  let writing: Promise<unknown> = Promise.resolve();
  let batch: Buffer[] = [];
  let batchBytes = 0;
  const flush = async () => {
    await writing;
    writing = writeAll(file, batch);
    // Its failure is seen at the next await; until then it must not count as unhandled.
    writing.catch(() => undefined);
    batch = [];
    batchBytes = 0;
  };
  try {
    for await (const chunk of chunks) {
      batch.push(chunk);
      batchBytes += chunk.length;
      if (batchBytes >= WRITE_BATCH_BYTES) await flush();
    }
    if (batchBytes > 0) await flush();
    await writing;
  } finally {
    await Promise.allSettled([writing]);
    await file.close();
  }
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, buffers: Buffer[]): Promise<void> {
  const total = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  const { bytesWritten } = await file.writev(buffers);
  // A short write (a disk that is nearly full) is legal, and rare: finish it byte-exactly.
  if (bytesWritten < total) await file.writeFile(Buffer.concat(buffers).subarray(bytesWritten));
}
