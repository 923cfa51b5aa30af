import { expect, it } from 'vitest';
import { seriesIn } from './engine-series.ts';

it.each([
  ['4.2', ['4.2']],
  ['4.x', ['4.0']],
  ['4.2.1', ['4.2']],
  ['>=4.1 <5', ['4.1']],
  ['^4.1 || 3.5', ['4.1', '3.5']],
  ['<4.2', []],
  ['*', []],
  ['no range', []],
])('%s names the series %j, upper bounds left out', (range, series) => {
  expect([seriesIn(range), seriesIn(range)]).toEqual([series, series]);
});
