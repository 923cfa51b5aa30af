import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { listDir, type TempDir } from './plain-files.ts';
import { readAhead } from './read-ahead.ts';

/** A run of bytes in one immutable file. An object of a multipart upload has one for each part. */
export interface Segment {
  blobId: string;
  sizeBytes: number;
}

export interface BlobStore {
  /** Moves a finished temporary file in. */
  adopt(tempPath: string): Promise<string>;
  /** Another name for the same immutable bytes. */
  clone(blobId: string): Promise<string>;
  /** Keeps the files readable until released, even when they are discarded meanwhile. */
  pin(segments: readonly Segment[]): () => void;
  /** Bytes `start` to `end`, inclusive; a piece is valid until the next one is asked for. The caller holds a pin. */
  read(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer, void, undefined>;
  discard(blobIds: Iterable<string>): Promise<void>;
  /** Removes what a killed process left: files that nothing refers to. */
  collectGarbage(isLive: (blobId: string) => boolean): Promise<void>;
}

export function openBlobStore(dir: string, temp: TempDir): BlobStore {
  const pins = new Map<string, number>();
  const doomed = new Set<string>();
  const onDisk = listDir(dir);
  const pathOf = (blobId: string) => join(dir, blobId);
  const remove = (blobId: string) => rm(pathOf(blobId), { force: true });

  const release = (blobId: string) => {
    const left = (pins.get(blobId) ?? 1) - 1;
    if (left > 0) {
      pins.set(blobId, left);
      return;
    }
    pins.delete(blobId);
    // A file that cannot be removed now is collected at the next start.
    if (doomed.delete(blobId)) remove(blobId).catch(() => undefined);
  };

  return {
    async adopt(tempPath) {
      const blobId = randomUUID();
      await rename(tempPath, pathOf(blobId));
      return blobId;
    },

    async clone(blobId) {
      const copyId = randomUUID();
      try {
        await link(pathOf(blobId), pathOf(copyId));
      } catch {
        // No hard links here, or too many of them.
        const tempPath = temp.newPath();
        await copyFile(pathOf(blobId), tempPath, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
        await rename(tempPath, pathOf(copyId));
      }
      return copyId;
    },

    pin(segments) {
      for (const { blobId } of segments) pins.set(blobId, (pins.get(blobId) ?? 0) + 1);
      let released = false;
      return () => {
        if (released) return;
        released = true;
        for (const { blobId } of segments) release(blobId);
      };
    },

    async *read(segments, start, end) {
      let offset = 0;
      for (const { blobId, sizeBytes } of segments) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, sizeBytes - 1);
        if (from <= to) {
          yield* readAhead(pathOf(blobId), from, to);
        }
        offset += sizeBytes;
        if (offset > end) return;
      }
    },

    async discard(blobIds) {
      for (const blobId of blobIds) {
        if (pins.has(blobId)) doomed.add(blobId);
        else await remove(blobId);
      }
    },

    async collectGarbage(isLive) {
      for (const blobId of onDisk) {
        if (!isLive(blobId)) await unlink(pathOf(blobId));
      }
    },
  };
}
