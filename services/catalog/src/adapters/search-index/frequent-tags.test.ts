import { describe, expect, it } from 'vitest';
import { SEARCH_LIMITS } from '../../domain/search/search-index.ts';
import { assetGenerator, seeded } from '../../testing/generated-assets.ts';
import { Candidates } from './candidates.ts';
import { FrequentTags, type TagCounts } from './frequent-tags.ts';
import { SearchEngine } from './search-engine.ts';

/** An engine with dead postings in its segments, and some of its slots as hits. */
function aWorld(isHit: (slot: number, dice: number) => boolean) {
  const random = seeded(11);
  const generate = assetGenerator(random, 2_000);
  const engine = new SearchEngine();
  const put = (n: number) => engine.apply({ type: 'put', document: generate.document(n) });
  for (let n = 0; n < 3_000; n += 1) put(n);
  for (let n = 0; n < 3_000; n += 7) put(n);
  for (let n = 0; n < 3_000; n += 11) engine.apply({ type: 'remove', asin: generate.asinOf(n) });
  const { columns, segments, terms, slots } = engine.state;
  const found = new Candidates();
  found.begin(slots);
  const hits = Uint32Array.from({ length: slots }, (_, slot) => slot).filter(
    (slot) => segments.isLive(slot) && isHit(slot, random()),
  );
  const tags = new FrequentTags(columns, segments, terms);
  return { columns, engine, tags, found, hits, put };
}

type World = ReturnType<typeof aWorld>;

const byText = ([a, m]: readonly [string, number], [b, n]: readonly [string, number]) =>
  n - m || Buffer.compare(Buffer.from(a), Buffer.from(b));

function expected({ columns, hits }: World): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  const { elements, starts, lengths } = columns.lists.tags;
  for (const slot of hits) {
    const start = starts[slot] ?? 0;
    for (const id of elements.subarray(start, start + (lengths[slot] ?? 0))) {
      const tag = columns.values.tags.text(id);
      counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
  }
  return [...counts].sort(byText).slice(0, SEARCH_LIMITS.facetValues);
}

function highest({ columns }: World, counted: TagCounts | undefined): (readonly [string, number])[] {
  if (counted === undefined) throw new Error('the hits are dense');
  const { ids, counts, size } = counted;
  const all = [...ids.subarray(0, size)].map(
    (id, i) => [columns.values.tags.text(id), counts[i] ?? 0] as const,
  );
  return all.sort(byText).slice(0, SEARCH_LIMITS.facetValues);
}

describe('the tags that most documents have', () => {
  it.each([
    ['all documents', () => true],
    ['half of them', (_: number, dice: number) => dice < 0.5],
    ['a third, all of one stretch', (slot: number) => slot > 1_000 && slot < 2_000],
  ] as const)('give the highest counts for %s, as counting the tags of each does', (_, isHit) => {
    const world = aWorld(isHit);
    const { tags, found, hits, engine } = world;
    const counted = tags.count(found, hits, hits.length, engine.documents);
    expect(highest(world, counted)).toEqual(expected(world));
    // The flags are clean again, and puts since then are reckoned with.
    world.put(3_001);
    const again = tags.count(found, hits, hits.length, engine.documents);
    expect(highest(world, again)).toEqual(expected(world));
  });

  it('are left alone where the hits are few', () => {
    const { tags, found, hits, engine } = aWorld((_, dice) => dice < 0.05);
    expect(tags.count(found, hits, hits.length, engine.documents)).toBeUndefined();
  });
});
