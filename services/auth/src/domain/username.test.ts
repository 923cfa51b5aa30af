import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldUsername, parseUsername } from './username.ts';

const parsed = (text: string) => {
  const result = parseUsername(text);
  return result.ok ? result.username : result.refusal.code;
};

const folded = (text: string) => {
  const result = parseUsername(text);
  return result.ok ? result.username.folded : result.refusal.code;
};

describe('parseUsername', () => {
  test('a name is kept as it was typed, in NFC and without white space around it', () => {
    expect(parsed(' Ame\u0301lie@Example.COM\n')).toEqual({
      typed: 'Am\u00e9lie@Example.COM',
      folded: 'am\u00e9lie@example.com',
    });
  });

  test.each([
    ['case', 'Mara@Example.com', 'mARA@eXAMPLE.COM'],
    ['NFC and NFD', 'Am\u00e9lie', 'Ame\u0301lie'],
    ['full width', '\uff2d\uff41\uff52\uff41', 'mara'],
    ['ligatures', 'o\ufb03ce', 'office'],
    ['the Greek sigmas', 'οδος', 'ΟΔΟΣ'],
    ['a final sigma inside', 'οδοσ', 'ΟΔΟΣ'],
    ['sharp s', 'straße', 'STRASSE'],
    ['capital sharp s', 'STRA\u1e9eE', 'strasse'],
    ['punycode', 'mara@b\u00fccher.example', 'mara@xn--bcher-kva.example'],
    ['punycode in capitals', 'mara@B\u00dcCHER.example', 'MARA@XN--BCHER-KVA.EXAMPLE'],
    ['punycode of a sharp s', 'mara@faß.example', 'mara@xn--fa-hia.example'],
    ['the ideographic full stop', 'mara@example.com', 'mara@example\u3002com'],
  ])('%s make no other name', (_what, one, other) => {
    expect(folded(one)).toBe(folded(other));
  });

  test.each([
    ['dots in the local part', 'm.ara@example.com', 'mara@example.com'],
    ['what is after a plus', 'mara+a@example.com', 'mara@example.com'],
    ['an accent', 'ame\u0301lie', 'amelie'],
    ['punycode in a handle', 'xn--bcher-kva', 'b\u00fccher'],
    ['punycode that decodes to nothing', 'mara@xn--.example', 'mara@xn---.example'],
  ])('%s make another name', (_what, one, other) => {
    expect(folded(one)).not.toBe(folded(other));
  });

  test.each([
    ['two characters', 'ab', 'too_short'],
    ['two characters and spaces around', ' ab ', 'too_short'],
    ['two emoji', '🦊🦊', 'too_short'],
    ['nothing but spaces', '     ', 'too_short'],
    ['255 characters', 'a'.repeat(255), 'too_long'],
    ['a megabyte', 'a'.repeat(1_000_000), 'too_long'],
    ['a fold that grows past the limit', '\ufdfa'.repeat(20), 'forbidden_character'],
    ['a fold that grows past the limit, without spaces', '\u3388'.repeat(100), 'too_long'],
    ['a space inside', 'mara lang', 'forbidden_character'],
    ['a no-break space inside', 'mara\u00a0lang', 'forbidden_character'],
    ['a tab inside', 'mara\tlang', 'forbidden_character'],
    ['NUL at the end', 'mara\u0000', 'forbidden_character'],
    ['a zero-width space', 'ma\u200bra', 'forbidden_character'],
    ['a joiner', 'ma\u200dra', 'forbidden_character'],
    ['a soft hyphen', 'ma\u00adra', 'forbidden_character'],
    ['a direction override', 'ma\u202era', 'forbidden_character'],
    ['a variation selector', 'ma\ufe0fra', 'forbidden_character'],
    ['a Hangul filler', 'ma\u3164ra', 'forbidden_character'],
    ['an empty braille cell', 'ma\u2800ra', 'forbidden_character'],
    ['a lone surrogate', 'ma\ud800ra', 'forbidden_character'],
    ['an unassigned code point', 'ma\u{e0fff}ra', 'forbidden_character'],
    ['a private one', 'ma\ue000ra', 'forbidden_character'],
    ['a colon', 'mara:lang', 'colon'],
    ['a full-width colon', 'mara\uff1alang', 'colon'],
  ])('%s is refused', (_what, text, code) => {
    expect(parsed(text)).toBe(code);
  });

  test.each([
    ['three characters', 'abc'],
    ['254 characters', 'a'.repeat(254)],
    ['254 emoji', '🦊'.repeat(254)],
    ['an e-mail address', 'mara+store@example.co.uk'],
    ['a handle with marks', '_ma.ra-42_'],
    ['another script', '真理子'],
  ])('%s is a name', (_what, text) => {
    expect(parseUsername(text).ok).toBe(true);
  });

  test('whatever is accepted folds to itself once folded, and fits into a key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const result = parseUsername(text);
        fc.pre(result.ok);
        expect(foldUsername(result.username.folded)).toBe(result.username.folded);
        expect(foldUsername(result.username.typed)).toBe(result.username.folded);
        expect(Buffer.byteLength(`name#${result.username.folded}`)).toBeLessThanOrEqual(2_048);
      }),
      { numRuns: 2_000 },
    );
  });
});
