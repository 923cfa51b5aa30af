import type { ManifestEntry } from '@cairn/shared/records/archive-manifest';
import { archivesBusy, boundedReads } from './bounded-reads.ts';
import { BLOCK_BYTES, blockFor, blocksOf, findEntry, type ManifestBlock } from './manifest-blocks.ts';

/** Where manifests lie. An object under a key never changes: the key has the attempt that wrote it. */
export interface ManifestStore {
  stream(key: string): Promise<AsyncIterable<Uint8Array>>;
  read(key: string, offset: number, length: number): Promise<Uint8Array>;
}

export interface PlacedManifest {
  readonly key: string;
  readonly sizeBytes: number;
}

export type FindManifestEntry = (
  manifest: PlacedManifest,
  path: string,
) => Promise<ManifestEntry | undefined>;

/** A path is at most 255 bytes, and there is a block for every 64 KiB of a manifest of a few MiB. */
const KEPT_INDEX_BYTES = 8 * 2 ** 20;
const INDEXING = { concurrency: 2, maxWaiting: 16 };
const READING = { concurrency: 16, maxWaiting: 128 };
/** Shorter than the gateway waits: whoever comes back finds what was begun. */
const PATIENCE_MS = 2_500;

/**
 * Finds one path in a manifest with one read of at most 64 KiB, whether it is there or not. A manifest that is
 * larger is gone through once to learn what lies where, however many ask at once. Throws `archive.busy` when
 * too much is being read.
 */
export function manifestEntryFinder(deps: {
  store: ManifestStore;
  keptBytes?: number;
  patienceMs?: number;
}): FindManifestEntry {
  const { store, keptBytes = KEPT_INDEX_BYTES, patienceMs = PATIENCE_MS } = deps;
  const indexes = keptIndexes(keptBytes);
  const index = boundedReads<readonly ManifestBlock[]>(INDEXING);
  const read = boundedReads<Uint8Array>(READING);

  async function locate({ key, sizeBytes }: PlacedManifest, path: string) {
    if (sizeBytes <= BLOCK_BYTES) return { offset: 0, length: sizeBytes };
    const blocks =
      indexes.get(key) ??
      (await index(key, async () => {
        const made = await blocksOf(await store.stream(key), sizeBytes);
        indexes.keep(key, made);
        return made;
      }));
    return blockFor(blocks, path);
  }

  async function find(manifest: PlacedManifest, path: string): Promise<ManifestEntry | undefined> {
    const { key } = manifest;
    const block = await locate(manifest, path);
    if (block === undefined) return undefined;
    const { offset, length } = block;
    const bytes = await read(`${offset} ${key}`, () => store.read(key, offset, length));
    if (bytes.byteLength !== length) throw new Error('a part of a manifest came short');
    return findEntry(bytes, path);
  }

  return (manifest, path) => within(patienceMs, find(manifest, path));
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(archivesBusy()), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The indexes that were used last, as many as fit. */
function keptIndexes(maxBytes: number) {
  const kept = new Map<string, { blocks: readonly ManifestBlock[]; bytes: number }>();
  let total = 0;
  return {
    get(key: string): readonly ManifestBlock[] | undefined {
      const known = kept.get(key);
      if (known === undefined) return undefined;
      kept.delete(key);
      kept.set(key, known);
      return known.blocks;
    },
    keep(key: string, blocks: readonly ManifestBlock[]): void {
      const bytes = blocks.reduce(
        (sum, { firstPath }) => sum + 2 * firstPath.length + 96,
        2 * key.length + 96,
      );
      total += bytes - (kept.get(key)?.bytes ?? 0);
      kept.set(key, { blocks, bytes });
      for (const [oldest, { bytes: freed }] of kept) {
        if (total <= maxBytes) break;
        kept.delete(oldest);
        total -= freed;
      }
    },
  };
}
