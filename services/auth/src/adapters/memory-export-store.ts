import { archiveKey, exportsOf, partsFolder } from '@cairn/shared/exports/export-parts';
import type { ExportStore } from '../domain/exporting/account-export.ts';

export interface MemoryExportStore extends ExportStore {
  readonly objects: Map<string, string>;
}

export function memoryExportStore(now: () => Date): MemoryExportStore {
  const objects = new Map<string, string>();
  const written = new Map<string, Date>();
  const removeWhere = (isGone: (key: string) => boolean) => {
    for (const key of [...objects.keys()].filter(isGone)) objects.delete(key);
  };
  const set = (key: string, text: string) => {
    objects.set(key, text);
    written.set(key, now());
  };
  return {
    objects,
    async put(key, chunks) {
      const pieces: Uint8Array[] = [];
      for await (const chunk of chunks) pieces.push(chunk);
      set(key, Buffer.concat(pieces).toString());
    },
    remove: async (key) => void objects.delete(key),
    async assemble(of) {
      const parts = [...objects].filter(([key]) => key.startsWith(partsFolder(of)));
      set(archiveKey(of), JSON.stringify(Object.fromEntries(parts)));
      return { size_bytes: parts.length, sha256: 'f'.repeat(64) };
    },
    removeParts: async (of) => removeWhere((key) => key.startsWith(partsFolder(of))),
    removeArchive: async (of) => void objects.delete(archiveKey(of)),
    removeAllOf: async (userId) => removeWhere((key) => key.startsWith(exportsOf(userId))),
    removeOlderThan: async (date) => removeWhere((key) => (written.get(key) ?? date) < date),
    presign: async (of) => ({ url: `https://s3.test/${archiveKey(of)}`, expiresAt: now() }),
  };
}
