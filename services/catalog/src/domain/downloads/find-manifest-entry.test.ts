import { comparePaths } from '@cairn/shared/records/path-order';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryManifestStore } from '../../adapters/memory-manifest-store.ts';
import { sha256 } from '../../testing/builders.ts';
import { manifestEntryFinder, type ManifestStore } from './find-manifest-entry.ts';
import { BLOCK_BYTES } from './manifest-blocks.ts';

const KEY = 'asset/release/file/1.manifest';
const HASH = sha256('x');

function manifestOf(paths: readonly string[]) {
  const lines = paths
    .toSorted(comparePaths)
    .map((path, i) => ({ path, size: i, sha256: HASH, media_type: 'text/plain', offset: i, length: i }));
  const text = [{ format: 'zip', entries: paths.length, unpacked_bytes: 1 }, ...lines]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
  return { text, place: { key: KEY, sizeBytes: Buffer.byteLength(text) } };
}

/** A store that counts, and answers a turn of the event loop later. */
function countingStore(text: string) {
  const inner = memoryManifestStore(new Map([[KEY, Buffer.from(text)]]));
  const counted = { streams: 0, reads: 0, bytes: 0, longest: 0, atOnce: 0, mostAtOnce: 0 };
  const store: ManifestStore = {
    stream(key) {
      counted.streams += 1;
      return inner.stream(key);
    },
    async read(key, offset, length) {
      counted.reads += 1;
      counted.bytes += length;
      counted.longest = Math.max(counted.longest, length);
      counted.atOnce += 1;
      counted.mostAtOnce = Math.max(counted.mostAtOnce, counted.atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      counted.atOnce -= 1;
      return inner.read(key, offset, length);
    },
  };
  return { store, counted };
}

const LONG = 'ein-recht-langer-name-'.repeat(10);
// Planes apart, and in an order of their own in UTF-16.
const PREFIXES = ['a', 'Ä', '～', '😀', '騎'];
const PATHS = Array.from({ length: 20_000 }, (_, i) => `${PREFIXES[i % 5]}/${LONG}${i}.png`);
const LARGE = manifestOf(PATHS);

describe('a path in a manifest of 20,000 entries', () => {
  it('costs one read of 64 KiB, there or not, and one pass over the manifest for all together', async () => {
    const { store, counted } = countingStore(LARGE.text);
    const find = manifestEntryFinder({ store, patienceMs: 60_000 });
    const wanted = Array.from({ length: 100 }, (_, i) => PATHS[i * 199] ?? '');
    const missing = wanted.map((path) => `${path}~`);
    const found = await Promise.all([...wanted, ...missing].map((path) => find(LARGE.place, path)));
    expect(found.map((entry) => entry?.path)).toEqual([...wanted, ...missing.map(() => undefined)]);
    expect(LARGE.place.sizeBytes).toBeGreaterThan(7_000_000);
    expect(counted.streams).toBe(1);
    expect(counted.reads).toBeLessThanOrEqual(200);
    expect(counted.longest).toBeLessThanOrEqual(BLOCK_BYTES);
    expect(counted.mostAtOnce).toBeLessThanOrEqual(16);
  });

  it('is read once for all who ask for it at once, and not at all before the first', async () => {
    const { store, counted } = countingStore(LARGE.text);
    const find = manifestEntryFinder({ store, patienceMs: 60_000 });
    await Promise.all(Array.from({ length: 200 }, () => find(LARGE.place, 'zzz')));
    expect(counted).toMatchObject({ streams: 1, reads: 1 });
    expect(await find(LARGE.place, ' ')).toBeUndefined();
    expect(counted).toMatchObject({ streams: 1, reads: 1 });
  });

  it('is found wherever it is', async () => {
    const find = manifestEntryFinder({ store: countingStore(LARGE.text).store });
    for (const path of PATHS.filter((_, i) => i % 997 === 0 || i > 19_990)) {
      expect((await find(LARGE.place, path))?.path).toBe(path);
    }
  });

  it('is looked for in a manifest that is gone through again when its index was let go', async () => {
    const { store, counted } = countingStore(LARGE.text);
    const find = manifestEntryFinder({ store, keptBytes: 10, patienceMs: 60_000 });
    for (const path of ['a', PATHS[7] ?? '']) await find(LARGE.place, path);
    expect(counted.streams).toBe(2);
  });
});

it('a small manifest is read once and never gone through', async () => {
  const { text, place } = manifestOf(['b', 'a']);
  const { store, counted } = countingStore(text);
  const find = manifestEntryFinder({ store });
  expect([(await find(place, 'a'))?.path, await find(place, 'c')]).toEqual(['a', undefined]);
  expect(counted).toMatchObject({ streams: 0, reads: 2 });
});

it('finds what is there and nothing else, whatever the names are', async () => {
  const name = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 60 })
    .filter((text) => text.isWellFormed());
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 12 }), name, async (names, other) => {
      const paths = names.flatMap((path) => Array.from({ length: 20 }, (_, i) => `${path}/${i}${LONG}`));
      const { text, place } = manifestOf(paths);
      const find = manifestEntryFinder({ store: memoryManifestStore(new Map([[KEY, Buffer.from(text)]])) });
      for (const path of paths.filter((_, i) => i % 7 === 0))
        expect((await find(place, path))?.path).toBe(path);
      expect((await find(place, other))?.path).toBe(paths.includes(other) ? other : undefined);
    }),
    { numRuns: 20 },
  );
});

describe('when too much is read', () => {
  const never: ManifestStore = {
    stream: () => new Promise(() => undefined),
    read: () => new Promise(() => undefined),
  };
  const busy = { code: 'archive.busy', retryAfterSeconds: 2 };

  it('who comes then is refused at once, to come back', async () => {
    const find = manifestEntryFinder({ store: never, patienceMs: 60_000 });
    const manifests = Array.from({ length: 18 }, (_, i) => ({ key: `${i}`, sizeBytes: BLOCK_BYTES + 1 }));
    for (const manifest of manifests) void find(manifest, 'a').catch(() => undefined);
    await expect(find({ key: 'one more', sizeBytes: BLOCK_BYTES + 1 }, 'a')).rejects.toMatchObject(busy);
  });

  it('nobody waits longer than the gateway does', async () => {
    const find = manifestEntryFinder({ store: never, patienceMs: 5 });
    await expect(find({ key: KEY, sizeBytes: 10 }, 'a')).rejects.toMatchObject(busy);
  });

  it('nothing is kept of a read that failed: the next one tries again', async () => {
    const { text, place } = manifestOf(PATHS.slice(0, 1_000));
    const { store } = countingStore(text);
    let broken = true;
    const stream: ManifestStore['stream'] = async (key) => {
      if (broken) throw new Error('it broke');
      return store.stream(key);
    };
    const find = manifestEntryFinder({ store: { ...store, stream } });
    await expect(find(place, PATHS[3] ?? '')).rejects.toThrow('it broke');
    broken = false;
    expect((await find(place, PATHS[3] ?? ''))?.path).toBe(PATHS[3]);
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, -1_000)],
    ['not sorted', (text: string) => text.split('\n').toReversed().join('\n').trimStart() + '\n'],
  ])('a manifest that is %s answers nothing', async (_, change) => {
    const { text, place } = manifestOf(PATHS.slice(0, 1_000));
    const find = manifestEntryFinder({ store: countingStore(change(text)).store });
    await expect(find(place, 'a')).rejects.toThrow(/manifest/);
  });
});
