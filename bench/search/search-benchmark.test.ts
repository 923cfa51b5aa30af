import { describe, expect, it } from 'vitest';
import { publishedAsset } from '@cairn/shared/records/asset-record';
import { SearchEngine } from '../../services/catalog/src/adapters/search-index/search-engine.ts';
import { searchDocument } from '../../services/catalog/src/domain/replica/search-document.ts';
import { anAsset } from '../../services/catalog/src/testing/builders.ts';
import { assetGenerator, seeded } from '../../services/catalog/src/testing/generated-assets.ts';
import { assetRecordOf } from '../../services/catalog/src/testing/asset-record-of.ts';
import { bestOf } from './best-of.ts';
import { fts5Query, fts5WithColumns } from './fts5-with-columns.ts';
import { QUERY_SETS, queriesOf } from './query-sets.ts';
import { begunAt, searchPath } from './search-paths.ts';

const documents = () => {
  const generate = assetGenerator(seeded(1));
  return Array.from({ length: 1_500 }, (_, n) => generate.document(n));
};

function filledEngine(): SearchEngine {
  const engine = new SearchEngine();
  for (const document of documents()) engine.apply({ type: 'put', document });
  return engine;
}

describe('the queries of the benchmark', () => {
  it.each(QUERY_SETS)('%s: the same in every process, and mostly with hits', (set) => {
    expect(queriesOf(set, 30)).toEqual(queriesOf(set, 30));
    const engine = filledEngine();
    const found = queriesOf(set, 60).filter(({ criteria, page }) => engine.search(criteria, page).total > 0);
    expect(found.length).toBeGreaterThan(10);
  });

  it('of the set typo are widened, nearly all of them', () => {
    const engine = filledEngine();
    const widened = queriesOf('typo', 100).filter(
      ({ criteria, page }) => engine.search(criteria, page).tolerant,
    );
    expect(widened.length).toBeGreaterThan(80);
  });

  it('are sent with their criteria and the names of the facets', () => {
    const [query] = queriesOf('browse', 1);
    expect(query && searchPath(query)).toBe(
      '/v1/assets?kind=2d&sort=downloads&limit=20&facets=kind%2Cengine%2Clicense%2Ctags',
    );
    expect(begunAt([1, 2, 3, 4], 0.5)).toEqual([3, 4, 1, 2]);
  });
});

describe('the reference of the benchmark', () => {
  it('finds as many as the engine, where that does not widen', () => {
    const engine = filledEngine();
    const reference = fts5WithColumns();
    for (const document of documents()) reference.put(document);
    reference.seal();
    let compared = 0;
    for (const query of [...queriesOf('text_facets', 80), ...queriesOf('browse', 20)]) {
      const { total, tolerant } = engine.search(query.criteria, query.page);
      // What a word is the two see alike in plain letters only.
      if (tolerant || /[^a-z ]/.test(query.criteria.text ?? '')) continue;
      expect([query, reference.search(query)]).toEqual([query, total]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(40);
  });

  it('is asked for words, never for operators', () => {
    expect(fts5Query('Knight "OR" cas')).toBe('"knight" AND "or" AND "cas"*');
    expect(fts5Query('…')).toBe('');
  });
});

describe('what the benchmark computes', () => {
  it('takes the best round of each query', () => {
    expect(
      bestOf([
        [3, 1, 5],
        [2, 4, 5],
      ]),
    ).toEqual([2, 1, 5]);
  });

  it('makes of a generated asset a record that the catalog can hold, with the same words and filters', () => {
    for (const document of documents().slice(0, 50)) {
      const record = publishedAsset.parse(anAsset(assetRecordOf(document)));
      expect(searchDocument(record)).toMatchObject({
        asin: document.asin,
        name: document.name,
        tags: document.tags,
        asset_size: document.asset_size,
        date_posted: document.date_posted,
      });
      expect(new Set(searchDocument(record).release_engines)).toEqual(new Set(document.release_engines));
    }
  });
});
