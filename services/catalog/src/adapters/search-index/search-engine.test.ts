import { describe, expect, it } from 'vitest';
import { FACETS, SEARCH_LIMITS, SORTS, type IndexChange } from '../../domain/search/search-index.ts';
import { assetGenerator, ENGINE_VERSIONS, seeded } from '../../testing/generated-assets.ts';
import { aDocument } from '../../testing/builders.ts';
import { SearchEngine } from './search-engine.ts';

/** More of everything in `npm run test:long`. */
const isLong = process.env['TEST_DEPTH'] === 'long';
const STABLE = isLong ? 10_000 : 2_000;

const put = (document: ReturnType<typeof aDocument>): IndexChange => ({ type: 'put', document });
const page = { limit: 100, facets: { names: FACETS, engines: ENGINE_VERSIONS } };

function filled(documents: number, seed = 3) {
  const random = seeded(seed);
  const generate = assetGenerator(random, 5_000);
  const engine = new SearchEngine();
  for (let n = 0; n < documents; n += 1) engine.apply(put(generate.document(n)));
  return { engine, generate, random };
}

describe('the search engine', { timeout: 60_000 }, () => {
  it('answers the same before, during and after each slice of a merge', () => {
    const { engine, generate } = filled(0);
    // As many small segments as become one, and dead documents in them.
    for (let n = 0; n < 800; n += 1) {
      engine.apply(put(generate.document(n)));
      if (n % 200 === 199) engine.state.segments.seal();
    }
    for (let n = 0; n < 800; n += 100) engine.apply({ type: 'remove', asin: generate.asinOf(n) });
    const queries = Array.from({ length: 30 }, () => generate.criteria());
    const answers = () => JSON.stringify(queries.map((each) => engine.search(each, page)));
    const before = answers();
    const segments = engine.state.segments.frozen().length;
    const during: string[] = [];
    while (engine.maintain(1_000)) during.push(answers());
    expect(during.length).toBeGreaterThan(5);
    expect(new Set(during)).toEqual(new Set([before]));
    expect(engine.state.segments.frozen().length).toBeLessThan(segments);
  });

  it('keeps segments few and forgets what is dead, however often the same assets are put', () => {
    const { engine, generate, random } = filled(1_000);
    for (let edit = 0; edit < (isLong ? 10_000 : 4_000); edit += 1) {
      const n = Math.floor(random() * 1_000);
      engine.apply(edit % 5 === 0 ? { type: 'remove', asin: generate.asinOf(n) } : put(generate.document(n)));
    }
    while (engine.maintain(1_000_000));
    const segments = engine.state.segments.frozen();
    const dead = segments.reduce((sum, each) => sum + each.dead, 0);
    expect(segments.length).toBeLessThanOrEqual(8);
    expect(dead).toBeLessThan(1_000);
    expect(engine.state.slots).toBeLessThanOrEqual(1_000);
  });

  it('is in the same state after the same changes, repeated and reordered between assets', () => {
    const { generate, random } = filled(0);
    const histories = Array.from({ length: 300 }, (_, n) =>
      Array.from({ length: 1 + Math.floor(random() * 6) }, (_, i): IndexChange => {
        if (i > 0 && random() < 0.2) return { type: 'remove', asin: generate.asinOf(n) };
        if (i > 0 && random() < 0.2) return { type: 'downloads', asin: generate.asinOf(n), total: i };
        return put(generate.document(n));
      }),
    );
    const inOrder = new SearchEngine();
    for (const change of histories.flat()) inOrder.apply(change);
    const shuffled = new SearchEngine();
    const left = histories.map((each) => [...each]);
    for (let open = left.length; open > 0;) {
      const history = left[Math.floor(random() * left.length)];
      const change = history?.[0];
      if (history === undefined || change === undefined) continue;
      shuffled.apply(change);
      if (random() < 0.2) shuffled.apply(change);
      history.shift();
      if (history.length === 0) open -= 1;
    }
    for (let i = 0; i < 200; i += 1) {
      const criteria = generate.criteria();
      expect(shuffled.search(criteria, page)).toEqual(inOrder.search(criteria, page));
    }
  });

  it(`shows each stable one of ${STABLE} hits once, page by page, while others come and go`, () => {
    const { engine, generate, random } = filled(0);
    const stable = STABLE;
    for (let n = 0; n < stable; n += 1) {
      engine.apply(put({ ...generate.document(n), name: `Stable ${n % 50}` }));
    }
    for (const sort of SORTS) {
      const seen = new Set<string>();
      let shown = 0;
      let passing = stable;
      let { hits } = engine.search({ text: 'stable', tags: [], sort }, { limit: 100 });
      while (hits.length > 0) {
        for (const { asin } of hits) {
          if (asin >= generate.asinOf(stable)) continue;
          seen.add(asin);
          shown += 1;
        }
        for (let i = 0; i < 20; i += 1) {
          engine.apply(put({ ...generate.document(passing), name: `Stable ${passing % 50}` }));
          passing += 1;
          const gone = stable + Math.floor(random() * (passing - stable));
          engine.apply({ type: 'remove', asin: generate.asinOf(gone) });
        }
        ({ hits } = engine.search({ text: 'stable', tags: [], sort }, { limit: 100, after: hits.at(-1) }));
      }
      expect([seen.size, shown]).toEqual([stable, stable]);
      for (let n = stable; n < passing; n += 1) engine.apply({ type: 'remove', asin: generate.asinOf(n) });
    }
  });

  it('looks at a bounded number of postings for a thousand hostile queries', () => {
    const { engine, random } = filled(2_000);
    const { segments } = engine.state;
    segments.seal();
    const postings = segments.frozen().reduce((sum, each) => sum + each.postings.length, 0);
    // Each word once as it is and once with typos; then filters, facets and sorting.
    const bound = 2 * postings + 40 * engine.documents;
    const pieces = [
      'a',
      'kn',
      'stone ',
      '(a+)+$',
      '.*'.repeat(50),
      '\ud800',
      '\udc00\ud800',
      '\u202e\u202d',
      'שלום ',
      '%00',
      '" OR 1=1 --',
      'NEAR(a b)',
      '*',
      '魔法',
      '\ufdfa',
      'e\u0301'.repeat(20),
      'ß',
      '\0',
    ];
    for (let i = 0; i < 1_000; i += 1) {
      let text = '';
      const length = i % 4 === 0 ? 10_240 : 60;
      while (text.length < length) text += pieces[Math.floor(random() * pieces.length)] ?? '';
      const { total } = engine.search({ text, tags: [], sort: 'relevance' }, page);
      expect(total).toBeLessThanOrEqual(engine.documents);
      expect(engine.work).toBeLessThanOrEqual(bound * SEARCH_LIMITS.queryWords);
    }
    engine.search({ text: 'ka', tags: [], sort: 'relevance' }, page);
    expect(engine.work).toBeLessThanOrEqual(bound);
  });

  it('takes documents and queries of any text and size', () => {
    const { engine } = filled(0);
    const texts = [
      '',
      '\ud800',
      '\u202eabc',
      'x'.repeat(100_000),
      '魔'.repeat(30_000),
      '\ufdfa'.repeat(5_000),
    ];
    for (const [i, text] of texts.entries()) {
      const strange = { asin: `${i}${text.slice(0, 5)}`, name: text, description: text, file_words: text };
      engine.apply(put(aDocument({ ...strange, tags: [text.slice(0, 32)], license: text.slice(0, 120) })));
      expect(engine.search({ text, tags: [], sort: 'name' }, page).total).toBeLessThanOrEqual(i + 1);
    }
    const { hits } = engine.search({ tags: [], sort: 'name' }, { limit: 10 });
    expect(hits).toHaveLength(texts.length);
    for (const after of hits) engine.search({ tags: [], sort: 'name' }, { limit: 10, after });
  });
});
