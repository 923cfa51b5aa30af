import { describe, expect, it } from 'vitest';
import { figuresOf, type Benchmark, type Figure } from '../benchmark.ts';
import { recordFigures } from './record.ts';
import { figureMarkdown, figureTable } from './table.ts';

const aBenchmark = (): Benchmark => ({
  title: 'a benchmark',
  metrics: [
    { metric: 'speed_ratio', unit: 'ratio', limit: { atLeast: 0.5 } },
    { metric: 'wait_ms', unit: 'ms' },
  ],
  run: () => Promise.resolve([]),
});
const speed = { metric: 'speed_ratio', value: 0.654_321, reference: 'the other: 100 MB/s', trials: 5 };
const wait = { metric: 'wait_ms', value: 1_234.5, reference: 'idle: 3 ms', trials: 3 };

const figures: Figure[] = [
  { metric: 'speed_ratio', value: 0.654, unit: 'ratio', reference: 'the other: 100 MB/s', trials: 5 },
  { metric: 'wait_ms', value: 1_235, unit: 'ms', reference: 'idle: 3 ms', trials: 3 },
];

describe('figures', () => {
  it('have exactly the keys of the contract, in the declared order, with no more digits than were measured', () => {
    expect(JSON.parse(JSON.stringify(figuresOf(aBenchmark(), [wait, speed])))).toEqual(figures);
  });

  it.each([
    ['one that is missing', [speed]],
    ['one that was not declared', [speed, { ...wait, metric: 'other' }]],
    ['one that is no number', [speed, { ...wait, value: Number.NaN }]],
  ])('refuse %s', (_, measured) => {
    expect(() => figuresOf(aBenchmark(), measured)).toThrow('measured');
  });
});

describe('the table', () => {
  it('shows the limit of a metric that has one, in columns', () => {
    expect(figureTable(figures, aBenchmark().metrics).split('\n')).toEqual([
      'metric       value  unit   limit         trials  reference',
      '------       -----  ----   -----         ------  ---------',
      'speed_ratio  0.654  ratio  at least 0.5  5       the other: 100 MB/s',
      'wait_ms      1235   ms                   3       idle: 3 ms',
    ]);
  });

  it('is Markdown in the page', () => {
    expect(figureMarkdown(figures, aBenchmark().metrics).split('\n').at(2)).toBe(
      '| `speed_ratio` | 0.654 | ratio | at least 0.5 | 5 | the other: 100 MB/s |',
    );
  });
});

describe('recording', () => {
  const page = 'before\n<!-- figures: a -->\nold\n<!-- end of a -->\nafter\n';

  it('replaces what is between the markers, and nothing else', () => {
    expect(recordFigures(page, 'a', 'new')).toBe(
      'before\n<!-- figures: a -->\nnew\n<!-- end of a -->\nafter\n',
    );
  });

  it('refuses a benchmark that the page does not know', () => {
    expect(() => recordFigures(page, 'b', 'new')).toThrow('no figures of b');
  });
});
