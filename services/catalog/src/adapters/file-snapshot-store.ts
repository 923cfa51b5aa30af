import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotStore } from '../domain/search/snapshot.ts';

const READ_BYTES = 1 << 20;

/** Snapshots as files of one folder, each written aside and put in its place when it is whole. */
export function fileSnapshotStore(folder: string): SnapshotStore {
  const pathOf = (name: string) => join(folder, encodeURIComponent(name));
  return {
    async put(name, chunks) {
      await mkdir(folder, { recursive: true });
      const aside = `${pathOf(name)}.${randomUUID()}.part`;
      try {
        const file = await open(aside, 'wx');
        try {
          for await (const chunk of chunks) await file.appendFile(chunk);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(aside, pathOf(name));
      } catch (error) {
        await rm(aside, { force: true });
        throw error;
      }
    },
    async get(name) {
      const path = pathOf(name);
      const known = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return known === undefined ? undefined : createReadStream(path, { highWaterMark: READ_BYTES });
    },
  };
}
