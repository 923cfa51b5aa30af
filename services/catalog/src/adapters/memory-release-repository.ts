import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import type { ReleaseRepository } from '../domain/ports.ts';

export function memoryReleaseRepository(): ReleaseRepository & { put(release: ReleaseRecord): void } {
  const items = new Map<string, ReleaseRecord>();
  return {
    put: (release) => void items.set(`${release.asin}/${release.release_id}`, structuredClone(release)),
    get: async (asin, releaseId) => structuredClone(items.get(`${asin}/${releaseId}`)),
    delete: async (asin, releaseId) => items.delete(`${asin}/${releaseId}`),
    async deleteAll(asin) {
      const keys = [...items.keys()].filter((key) => key.startsWith(`${asin}/`));
      for (const key of keys) items.delete(key);
      return keys.length;
    },
  };
}
