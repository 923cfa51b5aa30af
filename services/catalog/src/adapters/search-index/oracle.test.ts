import { describe, expect, it } from 'vitest';
import type { IndexChange } from '../../domain/search/search-index.ts';
import { firstDifference } from '../../testing/compare-indexes.ts';
import { fts5SearchIndex } from '../../testing/fts5-search-index.ts';
import { assetGenerator, seeded } from '../../testing/generated-assets.ts';
import { inProcessSearchIndex } from './in-process-search-index.ts';

/** `npm run test:search` compares at the size of the promise, `npm run test:long` a tenth of it. */
const SIZES = {
  whole: { assets: 20_000, edits: 20_000, queries: 1_000 },
  long: { assets: 2_000, edits: 2_000, queries: 250 },
  short: { assets: 400, edits: 800, queries: 60 },
};
const depth = process.env['SEARCH_ORACLE'] ?? process.env['TEST_DEPTH'];
const {
  assets: ASSETS,
  edits: EDITS,
  queries: QUERIES,
} = SIZES[depth === 'whole' || depth === 'long' ? depth : 'short'];

describe('the engine beside its oracle', { timeout: 1_800_000 }, () => {
  it('gives equal totals, facets and orders, also after random edits while segments are merged', async () => {
    const random = seeded(7);
    const below = (n: number) => Math.floor(random() * n);
    const generate = assetGenerator(random, 8_000);
    const index = inProcessSearchIndex();
    const oracle = fts5SearchIndex();
    const both = async (changes: readonly IndexChange[]) => {
      await index.apply(changes);
      await oracle.apply(changes);
    };
    const queries = () => Array.from({ length: QUERIES }, () => generate.criteria());

    await both(Array.from({ length: ASSETS }, (_, n) => ({ type: 'put', document: generate.document(n) })));
    expect(await firstDifference(index, oracle, queries())).toBeUndefined();

    const edit = (): IndexChange => {
      const n = below(ASSETS * 1.2);
      const dice = random();
      if (dice < 0.2) return { type: 'remove', asin: generate.asinOf(n) };
      if (dice < 0.4) return { type: 'downloads', asin: generate.asinOf(n), total: below(10_000) };
      return { type: 'put', document: generate.document(n) };
    };
    const rounds = 4;
    for (let round = 0; round < rounds; round += 1) {
      await both(Array.from({ length: EDITS / rounds }, edit));
      const some = queries().slice(0, QUERIES / rounds);
      expect(await firstDifference(index, oracle, some)).toBeUndefined();
    }
    const counted = await index.search({ tags: [], sort: 'name' }, { limit: 1 });
    expect(counted.total).toBeGreaterThan(ASSETS / 2);
    expect(await firstDifference(index, oracle, queries())).toBeUndefined();
  });
});
