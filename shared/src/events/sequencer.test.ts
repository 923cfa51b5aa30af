import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareSequencers } from './sequencer.ts';

const sequencer = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdefABCDEF')),
  minLength: 1,
  maxLength: 24,
});

/** The same rule by numbers: digits to the right of the shorter one count as zeros. */
function byNumber(a: string, b: string): -1 | 0 | 1 {
  const length = Math.max(a.length, b.length);
  const [left, right] = [a, b].map((text) => BigInt(`0x${text.padEnd(length, '0')}`));
  if (left === undefined || right === undefined || left === right) return 0;
  return left < right ? -1 : 1;
}

describe('Q03: two sequencers of one key', () => {
  test.each([
    ['0055AED6DCD90281E5', '0055AED6DCD90281E6', -1],
    ['0055AED6DCD90281E5', '0055AED6DCD90281E5', 0],
    ['0055aed6dcd90281e5', '0055AED6DCD90281E5', 0],
    ['1', '10', 0],
    ['1', '1000000000000000000000001', -1],
    ['2', '1000000000000000000000001', 1],
    ['9', 'a', -1],
    ['A', '9', 1],
    ['0', '00000', 0],
  ] as const)('%s against %s is %i', (a, b, expected) => {
    expect(compareSequencers(a, b)).toBe(expected);
  });

  test('compare as AWS documents it, whatever their length and case', () => {
    fc.assert(
      fc.property(sequencer, sequencer, (a, b) => compareSequencers(a, b) === byNumber(a, b)),
      {
        numRuns: 2_000,
      },
    );
  });

  test('have one order: the same from both sides, and over a third', () => {
    fc.assert(
      fc.property(sequencer, sequencer, sequencer, (a, b, c) => {
        expect(compareSequencers(a, b) + compareSequencers(b, a)).toBe(0);
        const [low = '', middle = '', high = ''] = [a, b, c].sort(compareSequencers);
        expect(compareSequencers(low, middle)).toBeLessThanOrEqual(0);
        expect(compareSequencers(middle, high)).toBeLessThanOrEqual(0);
        expect(compareSequencers(low, high)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
