import { describe, expect, it } from 'vitest';
import { SORTS, type Position, type SearchCriteria } from '../domain/search/search-index.ts';
import { aDocument } from '../testing/builders.ts';
import { holding, put, type MakeIndex } from '../testing/filled-index.ts';
import { searchWordsContract } from './search-words.contract.ts';

const asinOf = (n: number) => `asset_${String(n).padStart(6, '0')}`;

/** The fixed semantics of the port: whatever engine is behind it, this must pass. */
export function searchIndexContract(name: string, makeIndex: MakeIndex): void {
  searchWordsContract(name, makeIndex);

  describe(`search index: ${name}`, () => {
    it('filters by kind, licence, owner and all tags', async () => {
      const { find } = await holding(makeIndex, [
        { asin: 'a', kind: '2d', license: 'MIT', user_id: 'u1', tags: ['x', 'y'] },
        { asin: 'b', kind: '3d', license: 'CC0-1.0', user_id: 'u2', tags: ['x'] },
      ]);
      expect(await find({ kind: '2d' })).toEqual(['a']);
      expect(await find({ licenses: ['CC0-1.0'] })).toEqual(['b']);
      expect(await find({ licenses: ['CC0-1.0', 'MIT', 'X11'] })).toEqual(['b', 'a']);
      expect(await find({ owner: 'u1' })).toEqual(['a']);
      expect(await find({ tags: ['x'] })).toEqual(['b', 'a']);
      expect(await find({ tags: ['x', 'y'] })).toEqual(['a']);
      expect(await find({ kind: '3d', tags: ['y'] })).toEqual([]);
    });

    it('filters by any tag, facts of inspection, size and date of posting', async () => {
      const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
      const { find } = await holding(makeIndex, [
        { asin: 'a', name: 'a', tags: ['x', 'y'], asset_size: 10, date_posted: at(1), platforms: ['linux'] },
        { asin: 'b', name: 'b', tags: ['z'], asset_size: 20, date_posted: at(2), formats: ['glb', 'png'] },
        { asin: 'c', name: 'c', tags: [], asset_size: 30, date_posted: at(3), platforms: ['ios', 'linux'] },
      ]);
      expect(await find({ anyTags: ['y', 'z', 'unknown'] })).toEqual(['a', 'b']);
      expect(await find({ anyTags: ['unknown'] })).toEqual([]);
      expect(await find({ anyTags: [], licenses: [] })).toEqual(['a', 'b', 'c']);
      expect(await find({ platforms: ['linux'] })).toEqual(['a', 'c']);
      expect(await find({ formats: ['png', 'obj'] })).toEqual(['b']);
      expect(await find({ size: { min: 10, max: 20 } })).toEqual(['a', 'b']);
      expect(await find({ size: { min: 21 } })).toEqual(['c']);
      expect(await find({ posted: { from: at(2), before: at(3) } })).toEqual(['b']);
      expect(await find({ posted: { before: at(2) }, platforms: ['linux'] })).toEqual(['a']);
    });

    it('counts facets under all criteria but those of the facet itself', async () => {
      const { facets } = await holding(makeIndex, [
        { kind: '2d', license: 'MIT', tags: ['x', 'y'], release_engines: [['4.x']], formats: ['png'] },
        { kind: '3d', license: 'MIT', tags: ['x', 'z'], release_engines: [['4.2'], ['3.5']] },
        { kind: '3d', license: 'CC0-1.0', tags: ['x'], release_engines: [['>=4.1 <4.3']], formats: ['glb'] },
        { kind: '3d', license: 'CC0-1.0', tags: ['y'], release_engines: [['5']], name: 'other' },
      ]);
      const names = ['kind', 'license', 'tags', 'formats', 'engine'] as const;
      const engines = ['3.5', '4.1', '4.2', '6'];
      expect(await facets({ text: 'poly', kind: '3d' }, { names, engines })).toEqual({
        kind: [
          { value: '3d', count: 2 },
          { value: '2d', count: 1 },
        ],
        license: [
          { value: 'CC0-1.0', count: 1 },
          { value: 'MIT', count: 1 },
        ],
        tags: [
          { value: 'x', count: 2 },
          { value: 'z', count: 1 },
        ],
        formats: [{ value: 'glb', count: 1 }],
        engine: [
          { value: '4.2', count: 2 },
          { value: '3.5', count: 1 },
          { value: '4.1', count: 1 },
        ],
      });
      expect(await facets({ tags: ['x'], licenses: ['MIT'] }, { names: ['tags', 'license'] })).toEqual({
        tags: [
          { value: 'x', count: 2 },
          { value: 'y', count: 1 },
          { value: 'z', count: 1 },
        ],
        license: [
          { value: 'MIT', count: 2 },
          { value: 'CC0-1.0', count: 1 },
        ],
      });
      const anyTags = { anyTags: ['z'], engine: '4.2' };
      expect(await facets(anyTags, { names: ['tags', 'engine'], engines })).toEqual({
        tags: [
          { value: 'x', count: 3 },
          { value: 'y', count: 1 },
          { value: 'z', count: 1 },
        ],
        engine: [
          { value: '3.5', count: 1 },
          { value: '4.2', count: 1 },
        ],
      });
      expect(await facets({}, { names: ['kind'] })).toEqual({
        kind: [
          { value: '3d', count: 3 },
          { value: '2d', count: 1 },
        ],
      });
    });

    it('gives the thirty values of a facet that occur most', async () => {
      const tagged = Array.from({ length: 40 }, (_, i) => ({ tags: [`t${i}`, i < 3 ? 'often' : `u${i}`] }));
      const { facets } = await holding(makeIndex, tagged);
      const { tags } = await facets({}, { names: ['tags'] });
      expect(tags?.slice(0, 3)).toEqual([
        { value: 'often', count: 3 },
        { value: 't0', count: 1 },
        { value: 't1', count: 1 },
      ]);
      expect(tags).toHaveLength(30);
    });

    it('is empty after a reset', async () => {
      const { index, find } = await holding(makeIndex, [{}]);
      await index.reset();
      expect(index.isLost()).toBe(false);
      expect(await find({})).toEqual([]);
      await index.apply([put(aDocument({ asin: 'b' }))]);
      expect(await find({})).toEqual(['b']);
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

    it.each(SORTS)(
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
