import path from 'node:path';
import type { BenchContext, Benchmark, Measured, Metric } from '../benchmark.ts';
import { percentile } from '../statistics/percentile.ts';
import type { ThreadTimes } from './child-messages.ts';
import { measureHttp } from './measure-http.ts';
import { measureQueries, RANKS } from './measure-queries.ts';
import { QUERY_SETS } from './query-sets.ts';
import { startChild } from './start-child.ts';

const SIZES = { '100k': 100_000, '1m': 1_000_000 } as const;
type Size = keyof typeof SIZES;
const UPSERTS = 2_000;
const RESTARTS = 3;

export const searchBenchmark: Benchmark = {
  title: 'search: queries at 100,000 and 1,000,000 assets, memory, restart, changes, HTTP',
  metrics: [
    { metric: 'text_fts5_ratio_100k', unit: 'ratio', limit: { atLeast: 4 } },
    ...Object.keys(SIZES).flatMap((size) =>
      QUERY_SETS.flatMap((set) => RANKS.map((rank) => latency(set, rank, size))),
    ),
    { metric: 'index_rss_mb_1m', unit: 'MiB', limit: { atMost: 1_024 } },
    { metric: 'restart_s_1m', unit: 's', limit: { atMost: 5 } },
    { metric: 'upsert_p99_ms_1m', unit: 'ms', limit: { atMost: 20 } },
    { metric: 'upsert_visible_ms_1m', unit: 'ms', limit: { atMost: 100 } },
    { metric: 'search_http_rps_100k', unit: 'req/s' },
    { metric: 'read_p99_under_search', unit: 'ratio', limit: { atMost: 2 } },
  ],
  run: measureSearch,
};

function latency(set: string, rank: number, size: string): Metric {
  const metric = { metric: `${set}_p${rank}_ms_${size}`, unit: 'ms' };
  return metric.metric === 'text_facets_p99_ms_1m' ? { ...metric, limit: { atMost: 25 } } : metric;
}

async function measureSearch(context: BenchContext): Promise<Measured[]> {
  return [
    ...(await measureSize(context, '100k')),
    ...(await measureSize(context, '1m')),
    ...(await measureHttp(context)),
  ];
}

async function measureSize(context: BenchContext, size: Size): Promise<Measured[]> {
  const { scope, say, tempFolder } = context;
  const assets = SIZES[size];
  say(`${size}: indexing ${assets} assets, in the engine and in FTS5`);
  const ours = await startChild('engine-child', ['engine'], scope);
  const fts5 = await startChild('engine-child', ['fts5'], scope);
  await Promise.all([ours, fts5].map((child) => child.ask({ type: 'build', assets })));
  const figures = await measureQueries(context, size, ours, fts5);
  await fts5.stop();
  if (size === '100k') {
    await ours.stop();
    return figures;
  }
  say(`${size}: writing a snapshot, starting from it, changing assets`);
  const file = path.join(tempFolder, 'index.snapshot');
  const builtMb = await ours.ask<number>({ type: 'snapshot', file });
  await ours.stop();
  return [...figures, ...(await measureThread(context, assets, file, builtMb))];
}

/** The index in its thread, as the catalog has it: started from the snapshot, then changed. */
async function measureThread(
  { scope }: BenchContext,
  assets: number,
  file: string,
  builtMb: number,
): Promise<Measured[]> {
  const seconds: number[] = [];
  let child = await startChild('thread-child', [], scope);
  for (let trial = 0; trial < RESTARTS; trial += 1) {
    if (trial > 0) {
      await child.stop();
      child = await startChild('thread-child', [], scope);
    }
    seconds.push(await child.ask<number>({ type: 'restart', file }));
  }
  const { putMs, visibleMs, rssMb } = await child.ask<ThreadTimes>({
    type: 'upserts',
    assets,
    count: UPSERTS,
  });
  await child.stop();
  const p50 = (values: readonly number[]) => `p50: ${percentile(values, 50).toFixed(2)} ms`;
  const most = (values: readonly number[]) => `highest: ${percentile(values, 100).toFixed(1)} ms`;
  return [
    {
      metric: 'index_rss_mb_1m',
      value: Math.max(builtMb, rssMb),
      reference: `built in one process: ${builtMb.toFixed(0)} MiB; from the snapshot, after the changes: ${rssMb.toFixed(0)} MiB`,
      trials: 1,
    },
    {
      metric: 'restart_s_1m',
      value: percentile(seconds, 50),
      reference: `${seconds.map((each) => each.toFixed(2)).join(', ')} s`,
      trials: RESTARTS,
    },
    {
      metric: 'upsert_p99_ms_1m',
      value: percentile(putMs, 99),
      reference: `${p50(putMs)}; ${most(putMs)}`,
      trials: UPSERTS,
    },
    {
      metric: 'upsert_visible_ms_1m',
      value: percentile(visibleMs, 99),
      reference: `${p50(visibleMs)}; ${most(visibleMs)}`,
      trials: UPSERTS,
    },
  ];
}
