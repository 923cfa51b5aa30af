import { describe, expect, it } from 'vitest';
import type { Position, SearchCriteria, SearchDocument, SearchIndex } from '../domain/search/search-index.ts';
import { aDocument } from '../testing/builders.ts';

const put = (document: SearchDocument) => ({ type: 'put', document }) as const;
const asinOf = (n: number) => `asset_${String(n).padStart(6, '0')}`;

async function holding(makeIndex: () => SearchIndex, documents: readonly Partial<SearchDocument>[]) {
  const index = makeIndex();
  await index.apply(documents.map((each) => put(aDocument(each))));
  const find = async (criteria: Partial<SearchCriteria>) => {
    const { hits, total } = await index.search({ tags: [], sort: 'name', ...criteria }, { limit: 1_000 });
    expect(total).toBe(hits.length);
    return hits.map((hit) => hit.asin);
  };
  return { index, find };
}

/** The fixed semantics of the port: whatever engine is behind it, this must pass. */
export function searchIndexContract(name: string, makeIndex: () => SearchIndex): void {
  describe(`search index: ${name}`, () => {
    it('finds by words of name, tags and description, all of which must occur', async () => {
      const { find } = await holding(makeIndex, [
        { asin: 'a', name: 'Stone tower', tags: ['castle'], description: 'With a flag.' },
        { asin: 'b', name: 'Stone bridge', tags: ['river'], description: 'No flag.' },
      ]);
      expect(await find({ text: 'stone' })).toEqual(['b', 'a']);
      expect(await find({ text: 'castle stone' })).toEqual(['a']);
      expect(await find({ text: 'flag tower' })).toEqual(['a']);
      expect(await find({ text: 'stone missing' })).toEqual([]);
    });

    it('takes the last word as the beginning of a word, and no other', async () => {
      const { find } = await holding(makeIndex, [{ asin: 'a', name: 'Stone tower' }]);
      expect(await find({ text: 'stone tow' })).toEqual(['a']);
      expect(await find({ text: 'tow stone' })).toEqual([]);
      expect(await find({ text: 'ower' })).toEqual([]);
    });

    it.each([
      ['Épée médiévale', 'EPEE medievale'],
      ['Straße', 'STRASSE'],
      ['ΟΔΟΣ', 'οδος'],
      ['ｗｉｄｅ ﬁle', 'wide file'],
      ['Cafe\u0301', 'caf\u00e9'],
      ['İstanbul', 'istanbul'],
    ])('finds %s as %s, whatever case, accents and forms', async (name, text) => {
      const { find } = await holding(makeIndex, [{ asin: 'a', name }]);
      expect(await find({ text })).toEqual(['a']);
    });

    it('takes literals as literals and only separates by them', async () => {
      const { find } = await holding(makeIndex, [
        { asin: 'a', name: '100% cotton', description: 'x' },
        { asin: 'b', name: 'plain_cloth', description: 'x' },
      ]);
      expect(await find({ text: '100%' })).toEqual(['a']);
      expect(await find({ text: 'cloth OR cotton' })).toEqual([]);
      expect(await find({ text: '"100" cotton*' })).toEqual(['a']);
      expect(await find({ text: 'plain_cloth' })).toEqual(['b']);
      for (const text of ['%', '_', '*', '.*', '"', '\ud800', '()']) expect(await find({ text })).toEqual([]);
    });

    it('filters by kind, licence, owner and all tags', async () => {
      const { find } = await holding(makeIndex, [
        { asin: 'a', kind: '2d', license: 'MIT', user_id: 'u1', tags: ['x', 'y'] },
        { asin: 'b', kind: '3d', license: 'CC0-1.0', user_id: 'u2', tags: ['x'] },
      ]);
      expect(await find({ kind: '2d' })).toEqual(['a']);
      expect(await find({ license: 'CC0-1.0' })).toEqual(['b']);
      expect(await find({ owner: 'u1' })).toEqual(['a']);
      expect(await find({ tags: ['x'] })).toEqual(['b', 'a']);
      expect(await find({ tags: ['x', 'y'] })).toEqual(['a']);
      expect(await find({ kind: '3d', tags: ['y'] })).toEqual([]);
    });

    it('finds by an engine version that one of the releases supports, by version, series and range', async () => {
      const { find } = await holding(makeIndex, [
        { asin: 'a', release_engines: [['>=4.1 <4.4']] },
        { asin: 'b', release_engines: [['3.5'], ['4.x']] },
      ]);
      expect(await find({ engine: '4.2' })).toEqual(['b', 'a']);
      expect(await find({ engine: '4.2.1' })).toEqual(['b', 'a']);
      expect(await find({ engine: '3.5' })).toEqual(['b']);
      expect(await find({ engine: '4.9' })).toEqual(['b']);
      expect(await find({ engine: '5' })).toEqual([]);
    });

    it('sorts by each key, and equal ones by the newer asset', async () => {
      const { find } = await holding(makeIndex, [
        { asin: 'a', name: 'Émile', downloads: 5, asset_size: 30, date_posted: '2026-01-01T00:00:00.000Z' },
        { asin: 'b', name: 'zoo', downloads: 9, asset_size: 10, date_posted: '2026-01-03T00:00:00.000Z' },
        { asin: 'c', name: 'Apple', downloads: 5, asset_size: 20, date_posted: '2026-01-02T00:00:00.000Z' },
      ]);
      expect(await find({ sort: 'newest' })).toEqual(['b', 'c', 'a']);
      expect(await find({ sort: 'downloads' })).toEqual(['b', 'c', 'a']);
      expect(await find({ sort: 'name' })).toEqual(['c', 'a', 'b']);
      expect(await find({ sort: 'size' })).toEqual(['b', 'c', 'a']);
      expect(await find({ sort: 'updated' })).toEqual(['c', 'b', 'a']);
    });

    it('ranks the name above tags above the description, and whole words above beginnings', async () => {
      const { find } = await holding(makeIndex, [
        { asin: 'a', name: 'x', tags: [], description: 'has a knight' },
        { asin: 'b', name: 'x', tags: ['knight'], description: 'x' },
        { asin: 'c', name: 'knight', tags: [], description: 'x' },
        { asin: 'd', name: 'knighthood', tags: [], description: 'x' },
      ]);
      expect(await find({ text: 'knight', sort: 'relevance' })).toEqual(['c', 'b', 'd', 'a']);
    });

    it('knows only the newest state of an asset, and nothing of a removed one', async () => {
      const { index, find } = await holding(makeIndex, [{ asin: 'a', name: 'first' }]);
      await index.apply([put(aDocument({ asin: 'a', name: 'second' }))]);
      expect(await find({ text: 'first' })).toEqual([]);
      expect(await find({ text: 'second' })).toEqual(['a']);
      await index.apply([
        { type: 'remove', asin: 'a' },
        { type: 'remove', asin: 'unknown' },
      ]);
      expect(await find({})).toEqual([]);
    });

    it('takes new download totals, also for what it does not know', async () => {
      const { index, find } = await holding(makeIndex, [{ asin: 'a' }, { asin: 'b' }]);
      await index.apply([
        { type: 'downloads', asin: 'a', total: 3 },
        { type: 'downloads', asin: 'unknown', total: 3 },
      ]);
      expect(await find({ sort: 'downloads' })).toEqual(['a', 'b']);
    });

    it('tells the total beside a page', async () => {
      const { index } = await holding(makeIndex, [{}, {}, {}]);
      const { hits, total } = await index.search({ tags: [], sort: 'newest' }, { limit: 2 });
      expect([hits.length, total]).toEqual([2, 3]);
    });

    it.each(['relevance', 'newest', 'updated', 'downloads', 'name', 'size'] as const)(
      'pages by %s without skipping or repeating what stays, while others come, change and go',
      async (sort) => {
        const stable = Array.from({ length: 40 }, (_, i) => ({
          asin: asinOf(i * 10),
          name: `thing ${i % 7}`,
          downloads: i % 5,
          asset_size: i % 3,
        }));
        const { index } = await holding(makeIndex, stable);
        const criteria: SearchCriteria = { tags: [], sort, text: sort === 'relevance' ? 'thing' : undefined };
        const seen: string[] = [];
        let after: Position | undefined;
        for (let page = 0; ; page += 1) {
          const { hits } = await index.search(criteria, { after, limit: 7 });
          seen.push(...hits.map((hit) => hit.asin));
          after = hits.at(-1);
          if (after === undefined) break;
          const passing = aDocument({ asin: asinOf(page * 30 + 5), name: 'thing', downloads: page });
          await index.apply([put(passing), { type: 'remove', asin: asinOf((page - 2) * 30 + 5) }]);
        }
        const seenStable = seen.filter((asin) => asin.endsWith('0'));
        expect(seenStable.sort()).toEqual(stable.map((each) => each.asin));
      },
    );
  });
}
