import type { DownloadCounter } from '../domain/downloads/count-downloads.ts';

export function memoryDownloadCounter(): DownloadCounter {
  const marked = new Map<string, Set<string>>();
  return {
    async mark({ asin, id }) {
      const ids = marked.get(asin) ?? new Set();
      marked.set(asin, ids.add(id));
    },
    total: async (asin) => marked.get(asin)?.size ?? 0,
  };
}
