import { describe, expect, test } from 'vitest';
import { foldedName } from './path-rules.ts';

describe('names that are the same to some system', () => {
  test.each([
    ['straße', 'STRASSE'],
    ['straẞe', 'strasse'],
    ['ΟΔΟΣ', 'οδος'],
    ['a\u200db', 'ab'],
    ['ﬁle', 'file'],
    ['ü', 'u\u0308'],
    ['İ', 'i\u0307'],
  ])('fold to one: %s and %s', (a, b) => {
    expect(foldedName(a)).toBe(foldedName(b));
  });

  test('do so for every character that has a case, and folding again changes nothing', () => {
    const letters = Array.from({ length: 0x1_ffff }, (_, point) => point)
      .filter((point) => point < 0xd800 || point > 0xdfff)
      .map((point) => String.fromCodePoint(point))
      .filter((letter) => letter.toLowerCase() !== letter || letter.toUpperCase() !== letter);
    expect(letters.length).toBeGreaterThan(2_500);
    const apart = letters.filter((letter) => {
      const forms = [letter.toLowerCase(), letter.toUpperCase(), foldedName(letter)];
      return forms.some((form) => foldedName(form) !== foldedName(letter));
    });
    expect(apart).toEqual([]);
  });

  test.each([
    ['a', 'ä'],
    ['a.b', 'a-b'],
    ['騎', '士'],
  ])('are not others: %s and %s', (a, b) => {
    expect(foldedName(a)).not.toBe(foldedName(b));
  });
});
