import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textField } from './text.ts';

const line = textField({ min: 1, max: 10 });
const text = textField({ min: 1, max: 10, multiline: true });
const accepts = (field: typeof line, value: unknown) => field.safeParse(value).success;

describe('text that a person typed', () => {
  test('is trimmed and normalised to NFC before it is measured', () => {
    expect(line.parse('  Cafe\u0301 ')).toBe('Caf\u00e9');
    expect(line.parse('e\u0301'.repeat(10))).toBe('\u00e9'.repeat(10));
  });

  test.each([
    ['ten characters', 'a'.repeat(10), true],
    ['eleven characters', 'a'.repeat(11), false],
    ['ten characters outside the basic plane', '🗡'.repeat(10), true],
    ['eleven of them', '🗡'.repeat(11), false],
    ['nothing', '', false],
    ['only spaces', '   ', false],
    ['only wide spaces', '\u3000\u00a0', false],
    ['a family in one emoji', '👩\u200d👩\u200d👧', true],
    ['a joiner inside a word', 'می\u200cخواهم', true],
    ['a heart with its variation', '❤\ufe0f', true],
    ['Hebrew', 'שלום', true],
    ['an angle bracket', '<script>', true],
    ['a formula', '=1+1', true],
  ])('%s: %j', (_, value, accepted) => {
    expect(accepts(line, value)).toBe(accepted);
  });

  test.each([
    ['NUL', '\0'],
    ['escape', '\u001b'],
    ['delete', '\u007f'],
    ['a C1 control', '\u0085'],
    ['zero-width space', '\u200b'],
    ['byte order mark', '\ufeff'],
    ['soft hyphen', '\u00ad'],
    ['right-to-left override', '\u202e'],
    ['isolate', '\u2066'],
    ['a mark of direction', '\u200f'],
    ['line separator', '\u2028'],
    ['word joiner', '\u2060'],
    ['Arabic letter mark', '\u061c'],
    ['a lone surrogate', '\ud83d'],
  ])('with %s inside is refused, in one line and in many', (_, character) => {
    expect(accepts(line, `a${character}b`)).toBe(false);
    expect(accepts(text, `a${character}b`)).toBe(false);
  });

  test.each(['\n', '\r\n', '\t'])('may hold %j only where it has many lines', (layout) => {
    expect(accepts(line, `a${layout}b`)).toBe(false);
    expect(accepts(text, `a${layout}b`)).toBe(true);
  });

  test.each([1, null, undefined, {}, ['a'], true])('is not %j', (value) => {
    expect(accepts(line, value)).toBe(false);
  });

  test('that was accepted is accepted again, unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 15 }), (value) => {
        const parsed = line.safeParse(value);
        return !parsed.success || line.parse(parsed.data) === parsed.data;
      }),
      { numRuns: 2_000 },
    );
  });

  test('of a megabyte is refused in no time', () => {
    const startedAt = performance.now();
    for (const unit of ['a', ' ', '\u0301', '🗡', '\0'])
      expect(accepts(line, unit.repeat(1_000_000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
