import { expect, it } from 'vitest';
import { compareMetrics } from './compare-metrics.ts';

it('names what only one side knows, and leaves alone what is no metric', () => {
  const mentions = [
    'cairn_refusals_total',
    'cairn_gone',
    'process_open_fds',
    'npm run check',
    'asset.not_found',
  ];
  expect(compareMetrics(mentions, ['cairn_refusals_total', 'process_open_fds', 'nodejs_new_bytes'])).toEqual([
    'cairn_gone: there is no such metric',
    'nodejs_new_bytes: is not described',
  ]);
});
