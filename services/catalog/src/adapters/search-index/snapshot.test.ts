import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FACETS, type SearchCriteria, type SearchIndex } from '../../domain/search/search-index.ts';
import type { SnapshotRefusal } from '../../domain/search/snapshot.ts';
import { aDocument } from '../../testing/builders.ts';
import { assetGenerator, ENGINE_VERSIONS, seeded } from '../../testing/generated-assets.ts';
import { fileSnapshotStore } from '../file-snapshot-store.ts';
import { memorySnapshotStore } from '../memory-snapshot-store.ts';
import { inProcessSearchIndex } from './in-process-search-index.ts';
import { workerSearchIndex, type WorkerSearchIndex } from './worker-search-index.ts';

const page = { limit: 50, facets: { names: FACETS, engines: ENGINE_VERSIONS } };

async function* chunksOf(bytes: Uint8Array, size = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function allOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

function aCorpus(documents: number) {
  const generate = assetGenerator(seeded(5), 3_000);
  const changes = Array.from({ length: documents }, (_, n) => ({
    type: 'put' as const,
    document: generate.document(n % Math.ceil(documents * 0.8)),
  }));
  const removals = [1, 5, 9].map((n) => ({ type: 'remove' as const, asin: generate.asinOf(n) }));
  const queries = Array.from({ length: 60 }, () => generate.criteria());
  return { generate, changes: [...changes, ...removals], queries };
}

const answers = (index: SearchIndex, queries: readonly SearchCriteria[]) =>
  Promise.all(queries.map((each) => index.search(each, page)));

let worker: WorkerSearchIndex;
beforeAll(() => {
  worker = workerSearchIndex();
});
afterAll(() => worker.close());

describe.each([
  ['in process', inProcessSearchIndex],
  ['in its thread', () => worker],
] as const)('a snapshot, the engine %s', (_, makeIndex) => {
  it('gives back an index that answers the same, and goes on the same', async () => {
    const { generate, changes, queries } = aCorpus(1_500);
    const original = inProcessSearchIndex();
    await original.apply(changes);
    const bytes = await allOf(original.snapshot(42));
    const restored = makeIndex();
    expect(await restored.restore(chunksOf(bytes, 777))).toEqual({ ok: true, seq: 42, documents: 1_197 });
    expect(await answers(restored, queries)).toEqual(await answers(original, queries));
    const more = Array.from({ length: 400 }, (_, n) => ({
      type: 'put' as const,
      document: generate.document(n * 4),
    }));
    for (const index of [original, restored]) await index.apply(more);
    expect(await answers(restored, queries)).toEqual(await answers(original, queries));
    expect((await allOf(restored.snapshot(43))).length).toBeGreaterThan(10_000);
  });

  it('holds what was applied before it, whatever is applied and searched while it is read', async () => {
    const { changes, queries } = aCorpus(600);
    const index = makeIndex();
    await index.reset();
    await index.apply(changes);
    const expected = await answers(index, queries);
    const parts: Uint8Array[] = [];
    for await (const chunk of index.snapshot(1)) {
      parts.push(chunk);
      await index.apply([{ type: 'put', document: aDocument() }]);
      await index.search({ text: 'knight', tags: [], sort: 'name' }, page);
    }
    const restored = inProcessSearchIndex();
    await restored.restore(chunksOf(Buffer.concat(parts)));
    expect(await answers(restored, queries)).toEqual(expected);
  });

  it('is refused when torn, changed in any place, or of another format, and leaves the index empty', async () => {
    const { changes } = aCorpus(200);
    const original = inProcessSearchIndex();
    await original.apply(changes);
    const bytes = await allOf(original.snapshot(1));
    const index = makeIndex();
    const refusalOf = async (broken: Uint8Array): Promise<SnapshotRefusal | 'accepted'> => {
      const restored = await index.restore(chunksOf(broken));
      const { total } = await index.search({ tags: [], sort: 'name' }, { limit: 1 });
      expect(total === 0).toBe(!restored.ok);
      return restored.ok ? 'accepted' : restored.reason;
    };
    expect(await refusalOf(bytes)).toBe('accepted');
    for (const share of [0, 0.1, 0.5, 0.9, 1]) {
      const length = Math.floor((bytes.length - 1) * share);
      expect(await refusalOf(bytes.subarray(0, length))).toBe('torn');
    }
    expect(await refusalOf(Buffer.concat([bytes, Buffer.of(0)]))).toBe('torn');
    const random = seeded(9);
    for (let i = 0; i < 40; i += 1) {
      const flipped = Buffer.from(bytes);
      const at = i < 20 ? i : Math.floor(random() * bytes.length);
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (i % 8)), at);
      expect(await refusalOf(flipped)).not.toBe('accepted');
    }
    for (const format of [0, 2, 4]) {
      const other = Buffer.from(bytes);
      other.writeUInt32LE(format, 8);
      expect(await refusalOf(other)).toBe('other_format');
    }
  });
});

describe('the thread of an index', () => {
  it('answers nothing any more after it died, until a reset starts it empty', async () => {
    const lost: unknown[] = [];
    let started: { terminate(): Promise<number> } | undefined;
    const { Worker } = await import('node:worker_threads');
    const index = workerSearchIndex({
      onLost: (error) => lost.push(error),
      startWorker: () => {
        const thread = new Worker(new URL('./index-worker.ts', import.meta.url));
        started = thread;
        return thread;
      },
    });
    await index.apply([{ type: 'put', document: aDocument() }]);
    const waiting = index.search({ tags: [], sort: 'name' }, page);
    void started?.terminate();
    // Answered before the end, or refused because of it: never left hanging.
    await Promise.allSettled([waiting]);
    await expect.poll(() => index.isLost()).toBe(true);
    const late = index.search({ tags: [], sort: 'name' }, page);
    await expect(late).rejects.toMatchObject({ code: 'search.unavailable', retryable: true });
    await expect(index.apply([])).rejects.toMatchObject({ code: 'search.unavailable' });
    expect(lost).toHaveLength(1);
    await index.reset();
    expect((await index.search({ tags: [], sort: 'name' }, page)).total).toBe(0);
    await index.close();
  });

  it('refuses searches beyond those that it can answer soon', async () => {
    const flood = Array.from({ length: 300 }, () => worker.search({ tags: [], sort: 'name' }, page));
    const settled = await Promise.allSettled(flood);
    expect(settled.filter((each) => each.status === 'rejected')).toHaveLength(300 - 256);
  });
});

describe('an index that is asked more than it can answer soon', () => {
  it('refuses what would wait too long, and takes searches again when the others are answered', async () => {
    const index = workerSearchIndex({ maxWaitMs: 0 });
    const search = () => index.search({ tags: [], sort: 'name' }, page);
    await search();
    const settled = await Promise.allSettled(Array.from({ length: 20 }, search));
    const refused = settled.filter((each) => each.status === 'rejected');
    // One is in the thread, and one may wait: nothing is before it.
    expect(refused).toHaveLength(18);
    for (const { reason } of refused)
      expect(reason).toMatchObject({ code: 'search.unavailable', retryable: true });
    expect((await search()).total).toBe(0);
    await index.close();
  });
});

describe.each(['memory', 'file'])('a snapshot store: %s', (kind) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cairn-snapshots-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('gives what was put whole, and keeps the old one when a new one fails half-way', async () => {
    const store = kind === 'memory' ? memorySnapshotStore() : fileSnapshotStore(join(folder, 'inside'));
    expect(await store.get('index/1')).toBeUndefined();
    await store.put('index/1', chunksOf(Buffer.from('first'), 2));
    async function* failing() {
      yield Buffer.from('sec');
      throw new Error('torn');
    }
    await expect(store.put('index/1', failing())).rejects.toThrow('torn');
    const chunks = await store.get('index/1');
    expect(chunks && Buffer.from(await allOf(chunks)).toString()).toBe('first');
    await store.put('index/1', chunksOf(Buffer.from('second')));
    const newer = await store.get('index/1');
    expect(newer && Buffer.from(await allOf(newer)).toString()).toBe('second');
    const names = kind === 'file' ? await readdir(join(folder, 'inside')) : ['index%2F1'];
    expect(names).toEqual(['index%2F1']);
  });
});
