import { expect, it } from 'vitest';
import { aFile, aRelease } from '../testing/builders.ts';
import { cachedReleaseRepository } from './cached-release-repository.ts';
import { memoryReleaseRepository } from './memory-release-repository.ts';

function counting() {
  const inner = memoryReleaseRepository();
  const reads: string[] = [];
  const cached = cachedReleaseRepository(
    { ...inner, get: (asin, id) => (reads.push(id), inner.get(asin, id)) },
    4,
  );
  return { inner, reads, cached };
}

it('reads a release once and keeps it', async () => {
  const { inner, reads, cached } = counting();
  const release = aRelease();
  inner.put(release);
  for (let i = 0; i < 3; i += 1) expect(await cached.get(release.asin, release.release_id)).toEqual(release);
  expect(reads).toEqual([release.release_id]);
});

it('does not keep that there is no such release', async () => {
  const { inner, cached } = counting();
  const release = aRelease();
  expect(await cached.get(release.asin, release.release_id)).toBeUndefined();
  inner.put(release);
  expect(await cached.get(release.asin, release.release_id)).toEqual(release);
});

it('forgets the releases that were not read for longest when there are too many files', async () => {
  const { inner, reads, cached } = counting();
  const releases = [1, 2, 3].map(() => aRelease({ files: [aFile(), aFile()] }));
  for (const each of releases) inner.put(each);
  const [a, b, c] = releases;
  for (const each of [a, b, a, c, a, b]) await cached.get(each?.asin ?? '', each?.release_id ?? '');
  expect(reads).toEqual([a, b, c, b].map((each) => each?.release_id));
});
