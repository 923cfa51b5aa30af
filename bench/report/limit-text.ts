import type { Metric } from '../benchmark.ts';

export function limitText({ limit }: Metric): string {
  if (limit === undefined) return '';
  return 'atMost' in limit ? `at most ${limit.atMost}` : `at least ${limit.atLeast}`;
}
