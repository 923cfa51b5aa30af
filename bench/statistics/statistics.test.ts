import { describe, expect, it } from 'vitest';
import { inTurns } from './in-turns.ts';
import { median, percentile } from './percentile.ts';

const oneToHundred = Array.from({ length: 100 }, (_, i) => 100 - i);

describe('a percentile', () => {
  it.each([
    [0, 1],
    [50, 50],
    [99, 99],
    [100, 100],
  ])('%d of 1 to 100 is %d, whatever their order', (rank, expected) => {
    expect(percentile(oneToHundred, rank)).toBe(expected);
  });

  it('compares as numbers, not as text', () => {
    expect(percentile([10, 9, 100], 100)).toBe(100);
  });

  it('of nothing is an error', () => {
    expect(() => percentile([], 50)).toThrow('nothing');
    expect(() => median([])).toThrow('nothing');
  });
});

describe('a median', () => {
  it('is the middle one, or the mean of the two in the middle', () => {
    expect(median([3, 100, 1])).toBe(3);
    expect(median([4, 1, 2, 100])).toBe(3);
  });
});

describe('trials in turns', () => {
  it('go A, B, A, B', async () => {
    const order: string[] = [];
    const named = (name: string) => async (trial: number) => {
      order.push(`${name}${trial}`);
      return trial;
    };
    expect(await inTurns(2, named('a'), named('b'))).toEqual({ first: [0, 1], second: [0, 1] });
    expect(order).toEqual(['a0', 'b0', 'a1', 'b1']);
  });
});
