import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAGMENT_LIMITS, fragmentsFor } from './fragments.ts';

const asset = (description: string) => ({ name: 'Any', tags: ['any'], description });

describe('the fragments of a found asset', () => {
  it('are parts of the texts, whole characters, with marks inside of them', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b ', '\u{1f409}', 'e\u0301', '漢', '\n'),
      maxLength: 900,
    });
    fc.assert(
      fc.property(text, fc.constantFrom('a', 'ab b', '漢', 'é'), (description, query) => {
        const parts = fragmentsFor(
          query,
          false,
        )(asset(description)).filter(({ field }) => field === 'description');
        expect(parts.length).toBeLessThanOrEqual(FRAGMENT_LIMITS.shown);
        for (const part of parts) {
          expect(description).toContain(part.text);
          expect(part.text.isWellFormed()).toBe(true);
          expect(part.highlights.length).toBeGreaterThan(0);
          for (const { start, end } of part.highlights) {
            expect(start >= 0 && start < end && end <= part.text.length).toBe(true);
          }
        }
      }),
    );
  });

  it('of a description begin and end between words, near what matched', () => {
    const description = `${'before '.repeat(40)}dragon ${'after '.repeat(40)}`;
    const [part] = fragmentsFor('dragon', false)(asset(description));
    expect(part?.text).toMatch(/^(before )+dragon( after)+$/);
    expect(part?.text.length).toBeLessThan(FRAGMENT_LIMITS.before + FRAGMENT_LIMITS.after + 10);
  });

  it('are few, and of a long description only of its beginning', () => {
    const gap = ' '.repeat(200);
    const parts = fragmentsFor('dragon', false)(asset(`dragon${gap}`.repeat(100)));
    expect(parts).toHaveLength(FRAGMENT_LIMITS.shown);
    expect(fragmentsFor('dragon', false)(asset(`${'x '.repeat(1_000)}dragon`))).toEqual([]);
  });

  it('show a typo where typos were tolerated', () => {
    expect(fragmentsFor('drgaon', false)({ ...asset(''), name: 'Dragon' })).toEqual([]);
    const [part] = fragmentsFor('drgaon', true)({ ...asset(''), name: 'Dragon' });
    expect(part).toEqual({ field: 'name', text: 'Dragon', highlights: [{ start: 0, end: 6 }] });
  });
});
