import { describe, expect, it } from 'vitest';
import type { SearchCriteria } from '../domain/search/search-index.ts';
import { aDocument } from '../testing/builders.ts';
import { holding, put, type MakeIndex } from '../testing/filled-index.ts';

/** The part of the port's semantics that is about words. */
export function searchWordsContract(name: string, makeIndex: MakeIndex): void {
  describe(`words of a search index: ${name}`, () => {
    it('finds by words of name, tags, description and file names, all of which must occur', async () => {
      const { find } = await holding(makeIndex, [
        { asin: 'a', name: 'Stone tower', tags: ['castle'], description: 'With a flag.' },
        {
          asin: 'b',
          name: 'Stone bridge',
          tags: ['river'],
          description: 'No flag.',
          file_words: 'old/arch.glb',
        },
      ]);
      expect(await find({ text: 'river glb arch' })).toEqual(['b']);
      expect(await find({ text: 'stone' })).toEqual(['b', 'a']);
      expect(await find({ text: 'castle stone' })).toEqual(['a']);
      expect(await find({ text: 'flag tower' })).toEqual(['a']);
      expect(await find({ text: 'stone missing' })).toEqual([]);
    });

    it('takes the last word as the beginning of a word, and no other', async () => {
      const { find } = await holding(makeIndex, [{ asin: 'a', name: 'Stone tower' }]);
      expect(await find({ text: 'stone tow' })).toEqual(['a']);
      expect(await find({ text: 'tow stone' })).toEqual([]);
      expect(await find({ text: 'owe' })).toEqual([]);
    });

    it('finds two words with a hyphen between them also written as one', async () => {
      const { find } = await holding(makeIndex, [
        { asin: 'a', name: 'Low-poly tower', tags: ['sci-fi'] },
        { asin: 'b', name: 'State-of-the-art tower' },
      ]);
      for (const text of ['lowpoly', 'low-poly', 'low poly', 'LowPoly tow', 'scifi tower', 'sci-fi']) {
        expect(await find({ text }), text).toEqual(['a']);
      }
      expect(await find({ text: 'stateof' })).toEqual([]);
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

    it('finds words with one typo or exchange while there are few hits, the whole word first', async () => {
      const names = ['knight', 'knigth', 'kight', 'knights', 'kxight', 'knightly', 'unrelated'];
      const { index, find } = await holding(
        makeIndex,
        names.map((name, i) => ({ asin: String(i), name, description: 'A rigged one.' })),
      );
      const criteria: SearchCriteria = { text: 'knight rigged', tags: [], sort: 'relevance' };
      const { hits, tolerant, total } = await index.search(criteria, { limit: 10 });
      expect([tolerant, total, hits[0]?.asin]).toEqual([true, 5, '0']);
      expect(hits.map((hit) => hit.asin).sort()).toEqual(['0', '1', '2', '3', '4']);
      expect(await find({ text: 'knight' })).toEqual(['2', '0', '5', '3', '1', '4']);
      expect(await find({ text: 'knihgtly' })).toEqual(['5']);
      // Two edits, and a word too short for any.
      expect(await find({ text: 'nigt' })).toEqual([]);
      expect(await find({ text: 'a rigged kni' })).toEqual(['0', '5', '3', '1']);
      expect(await find({ text: 'kin' })).toEqual([]);
    });

    it('tolerates no typos where enough is found, and keeps to what the first page decided', async () => {
      const six = Array.from({ length: 6 }, (_, i) => ({ asin: `a${i}`, name: 'castle' }));
      const { index, find } = await holding(makeIndex, [...six, { asin: 'b', name: 'cattle' }]);
      expect(await find({ text: 'castle' })).toHaveLength(6);
      expect(await find({ text: 'cattle' })).toHaveLength(7);
      const criteria: SearchCriteria = { text: 'cattle', tags: [], sort: 'name' };
      const { hits } = await index.search(criteria, { limit: 3 });
      await index.apply(six.map((each, i) => put(aDocument({ ...each, asin: `c${i}`, name: 'cattle' }))));
      const after = await index.search(criteria, { after: hits.at(-1), limit: 100 });
      expect([after.tolerant, after.total, after.hits.length]).toEqual([true, 13, 10]);
      expect(after.hits.at(-1)?.tolerant).toBe(true);
    });

    it.each([
      ['魔法の剣', '魔法', true],
      ['魔法の剣', '法', true],
      ['魔法の剣', '剣', true],
      ['魔法の剣', '剣の', false],
      ['3Dモデル', 'モデル 3d', true],
      ['スーパースター', 'スター', true],
      ['ปราสาทหิน', 'ปราสาท', true],
      ['중세 기사단', '기사', true],
      ['中世の騎士', '士騎', false],
    ])('of %s finds %s: %s', async (name, text, isFound) => {
      const { find } = await holding(makeIndex, [{ asin: 'a', name, description: 'x' }]);
      expect(await find({ text })).toEqual(isFound ? ['a'] : []);
    });

    it('looks at the first twelve words of a query only', async () => {
      const { find } = await holding(makeIndex, [{ asin: 'a', name: 'a b c d e f g h i j k l' }]);
      expect(await find({ text: 'a b c d e f g h i j k l missing' })).toEqual(['a']);
      expect(await find({ text: 'a b c d e f g h i j k missing' })).toEqual([]);
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
  });
}
