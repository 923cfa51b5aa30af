import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import type { ReleaseRepository } from '../domain/ports.ts';

/**
 * Keeps the releases that were read last. They never change, and whether one may be seen is decided by its
 * asset before it is looked up here.
 */
export function cachedReleaseRepository(inner: ReleaseRepository, maxFiles: number): ReleaseRepository {
  const kept = new Map<string, ReleaseRecord>();
  let files = 0;

  function keep(key: string, release: ReleaseRecord): void {
    kept.delete(key);
    kept.set(key, release);
  }

  return {
    async get(asin, releaseId) {
      const key = `${asin}/${releaseId}`;
      const known = kept.get(key);
      if (known !== undefined) {
        keep(key, known);
        return known;
      }
      const release = await inner.get(asin, releaseId);
      if (release === undefined || kept.has(key)) return release;
      keep(key, release);
      files += release.files.length;
      for (const [oldest, { files: dropped }] of kept) {
        if (files <= maxFiles || kept.size === 1) break;
        kept.delete(oldest);
        files -= dropped.length;
      }
      return release;
    },
    delete: (asin, releaseId) => inner.delete(asin, releaseId),
    deleteAll: (asin) => inner.deleteAll(asin),
  };
}
