import { expect, test } from 'vitest';
import { areaUnderCurve } from './area-under-curve.ts';

test.each([
  ['all greater', [3, 4], [1, 2], 1],
  ['all smaller', [1, 2], [3, 4], 0],
  ['the same', [1, 2, 3], [1, 2, 3], 0.5],
  ['all equal', [5, 5], [5, 5, 5], 0.5],
  ['three of four pairs', [2, 4], [1, 3], 0.75],
])('of %s', (_what, first, second, area) => {
  expect(areaUnderCurve(first, second)).toBe(area);
});
