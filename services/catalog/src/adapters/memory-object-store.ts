import type { ObjectStore } from '../domain/ports.ts';

export function memoryObjectStore(): ObjectStore & { keys: Set<string> } {
  const keys = new Set<string>();
  return {
    keys,
    async deletePrefix(prefix) {
      const found = [...keys].filter((key) => key.startsWith(prefix));
      for (const key of found) keys.delete(key);
      return found.length;
    },
  };
}
