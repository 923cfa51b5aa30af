import type { ObjectStore } from '../domain/ports.ts';
import { isFolder } from './folder-prefix.ts';

export function memoryObjectStore(): ObjectStore & { keys: Set<string> } {
  const keys = new Set<string>();
  return {
    keys,
    async deletePrefix(prefix) {
      if (!isFolder(prefix))
        throw new Error('a prefix is the name of one folder, or of two, each with its slash');
      const found = [...keys].filter((key) => key.startsWith(prefix));
      for (const key of found) keys.delete(key);
      return found.length;
    },
  };
}
