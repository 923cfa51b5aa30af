import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameKeyOf, wordsOf } from './document-words.ts';
import { isOneEditAway } from './edit-distance.ts';
import { foldText } from './fold-text.ts';
import { highlighter } from './highlight.ts';
import { parseQuery } from './parse-query.ts';
import { SEARCH_LIMITS } from './search-index.ts';

describe('folding', () => {
  it('changes nothing that is folded already', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(foldText(foldText(text))).toBe(foldText(text));
      }),
    );
  });
});

describe('words', () => {
  it.each<[string, string[]]>([
    ['Low-poly_knight 2.0', ['low', 'poly', 'knight', '2', '0', 'lowpoly']],
    ['3Dモデル', ['3d', 'モ', 'テ', 'ル', 'モテ', 'テル']],
    ['state-of-the-art', ['state', 'of', 'the', 'art']],
    ['a騎b', ['a', '騎', 'b']],
    ['\ud800', []],
  ])('of %s are %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('are cut where they are too long, in documents and queries alike', () => {
    const long = 'x'.repeat(100);
    expect(wordsOf(long)).toEqual(['x'.repeat(SEARCH_LIMITS.wordLength)]);
    expect(parseQuery(long)[0]?.word).toBe('x'.repeat(SEARCH_LIMITS.wordLength));
  });

  it('of every text can be asked for: a document has each word of itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const words = new Set(wordsOf(text));
        for (const { word } of parseQuery(text)) expect(words).toContain(word);
      }),
    );
  });
});

describe('a query', () => {
  it('takes its last word as a beginning, unless it is short, repeated or of a spaceless script', () => {
    const prefixes = (text: string) =>
      parseQuery(text).map(({ word, prefix }) => (prefix ? `${word}*` : word));
    expect(prefixes('stone tow')).toEqual(['stone', 'tow*']);
    expect(prefixes('stone t')).toEqual(['stone', 't']);
    expect(prefixes('stone tow stone')).toEqual(['stone', 'tow']);
    expect(prefixes('stone 魔法')).toEqual(['stone', '魔法']);
    expect(prefixes('魔法の stone')).toEqual(['魔法', '法の', 'stone*']);
  });

  it('stays small whatever its text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 2_000, maxLength: 10_240 }), (text) => {
        const words = parseQuery(text);
        expect(words.length).toBeLessThanOrEqual(SEARCH_LIMITS.queryWords);
        for (const { word } of words) {
          expect(Array.from(word).length).toBeLessThanOrEqual(SEARCH_LIMITS.wordLength);
        }
      }),
    );
  });
});

describe('one edit', () => {
  it.each(['kight', 'knightt', 'knihgt', 'kxight', 'night', 'knigh'])('makes %s of knight', (other) => {
    expect([isOneEditAway('knight', other), isOneEditAway(other, 'knight')]).toEqual([true, true]);
  });

  it.each(['knight', 'nihgt', 'thgink', 'knightly', 'kinhgt', 'x'])('does not make %s of it', (other) => {
    expect([isOneEditAway('knight', other), isOneEditAway(other, 'knight')]).toEqual([false, false]);
  });
});

describe('highlights', () => {
  const marked = (text: string, query: string, tolerant = false) => {
    let result = '';
    let at = 0;
    for (const { start, end } of highlighter(query, tolerant)(text)) {
      result += `${text.slice(at, start)}[${text.slice(start, end)}]`;
      at = end;
    }
    return result + text.slice(at);
  };

  it.each([
    ['A rigged Knight.', 'knight', 'A rigged [Knight].'],
    ['Épée, épées', 'EPEE', '[Épée], [épées]'],
    ['Cafe\u0301 au lait', 'cafe x', '[Cafe\u0301] au lait'],
    ['Knights and knighthood', 'kni', '[Knights] and [knighthood]'],
    ['<b>knight</b> & co', 'b', '<[b]>knight</[b]> & co'],
    ['伝説の魔法の剣', '魔法の剣', '伝説の[魔法の剣]'],
    ['伝説の魔法の剣', '剣', '伝説の魔法の[剣]'],
    ['nothing here', 'other', 'nothing here'],
  ])('of %s for %s are %s', (text, query, expected) => {
    expect(marked(text, query)).toBe(expected);
  });

  it('include typos where these were tolerated', () => {
    expect(marked('A rigged knight', 'kngiht')).toBe('A rigged knight');
    expect(marked('A rigged knight', 'kngiht', true)).toBe('A rigged [knight]');
  });

  it('lie inside the text, in order and apart', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(texts, texts, (text, query) => {
        let last = -1;
        for (const { start, end } of highlighter(query, true)(text)) {
          expect(start).toBeGreaterThan(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          last = end;
        }
      }),
    );
  });

  it('sort keys of names are short', () => {
    expect(Array.from(nameKeyOf('\u{1f600}'.repeat(200)))).toHaveLength(SEARCH_LIMITS.nameKeyLength);
  });
});
