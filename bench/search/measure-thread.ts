import type { BenchContext, Measured } from '../benchmark.ts';
import { percentile } from '../statistics/percentile.ts';
import type { ThreadTimes } from './child-messages.ts';
import { startChild } from './start-child.ts';

const UPSERTS = 2_000;

/** The index in its thread, as the catalog has it: started from the snapshot, then changed. */
export async function measureThread(
  { scope, say }: BenchContext,
  assets: number,
  file: string,
  builtMb: number,
): Promise<Measured[]> {
  say(`changing ${UPSERTS} of ${assets} assets`);
  const child = await startChild('thread-child', [], scope);
  const seconds = await child.ask<number>({ type: 'restart', file });
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
      reference: `built in one process: ${builtMb.toFixed(0)} MiB; from the snapshot (in ${seconds.toFixed(2)} s), after the changes: ${rssMb.toFixed(0)} MiB`,
      trials: 1,
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
