import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import type { ReleaseRepository } from '../domain/ports.ts';
import { aRelease } from '../testing/builders.ts';

export interface ReleaseRepositoryUnderTest {
  releases: ReleaseRepository;
  put: (release: ReleaseRecord) => Promise<void> | void;
}

export function releaseRepositoryContract(name: string, make: () => ReleaseRepositoryUnderTest): void {
  describe(`release repository: ${name}`, () => {
    it('reads a release, and nothing for an unknown one', async () => {
      const { releases, put } = make();
      const release = aRelease();
      await put(release);
      expect(await releases.get(release.asin, release.release_id)).toEqual(release);
      expect(await releases.get(release.asin, newId('release'))).toBeUndefined();
      expect(await releases.get(newId('asset'), release.release_id)).toBeUndefined();
    });

    it('deletes one release, and says whether it was there', async () => {
      const { releases, put } = make();
      const [mine, other] = [aRelease(), aRelease()];
      for (const each of [mine, { ...other, asin: mine.asin }]) await put(each);
      expect(await releases.delete(mine.asin, mine.release_id)).toBe(true);
      expect(await releases.delete(mine.asin, mine.release_id)).toBe(false);
      expect(await releases.get(mine.asin, mine.release_id)).toBeUndefined();
      expect(await releases.get(mine.asin, other.release_id)).toBeDefined();
    });

    it('deletes all releases of an asset, however many, and no other', async () => {
      const { releases, put } = make();
      const other = aRelease();
      const asin = newId('asset');
      const mine = Array.from({ length: 30 }, () => aRelease({ asin }));
      for (const each of [other, ...mine]) await put(each);
      expect(await releases.deleteAll(asin)).toBe(30);
      expect(await releases.deleteAll(asin)).toBe(0);
      expect(await releases.get(asin, mine[0]?.release_id ?? '')).toBeUndefined();
      expect(await releases.get(other.asin, other.release_id)).toEqual(other);
    });
  });
}
