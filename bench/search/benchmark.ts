import path from 'node:path';
import type { BenchContext, Benchmark, Measured, Metric } from '../benchmark.ts';
import { measureHttp } from './measure-http.ts';
import { measureQueries, RANKS } from './measure-queries.ts';
import { measureRestart } from './measure-restart.ts';
import { measureThread } from './measure-thread.ts';
import { QUERY_SETS } from './query-sets.ts';
import { startChild } from './start-child.ts';

const SIZES = { '100k': 100_000, '1m': 1_000_000 } as const;
type Size = keyof typeof SIZES;

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
    { metric: 'read_p99_under_search_2_clients', unit: 'ratio' },
  ],
  run: measureSearch,
};

function latency(set: string, rank: number, size: string): Metric {
  const metric = { metric: `${set}_p${rank}_ms_${size}`, unit: 'ms' };
  const isBounded = size === '1m' && rank === 99 && (set === 'text_facets' || set === 'typo');
  return isBounded ? { ...metric, limit: { atMost: 25 } } : metric;
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
  say(`${size}: writing a snapshot, its index and its records`);
  const files = { index: path.join(tempFolder, 'index'), records: path.join(tempFolder, 'records') };
  const builtMb = await ours.ask<number>({ type: 'snapshot', file: files.index });
  await ours.stop();
  const writer = await startChild('records-child', [], scope);
  await writer.ask({ type: 'records', assets, file: files.records });
  await writer.stop();
  return [
    ...figures,
    await measureRestart(context, assets, files),
    ...(await measureThread(context, assets, files.index, builtMb)),
  ];
}
