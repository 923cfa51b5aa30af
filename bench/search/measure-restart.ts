import { stat } from 'node:fs/promises';
import type { BenchContext, Measured } from '../benchmark.ts';
import { percentile } from '../statistics/percentile.ts';
import type { ReplicaStart } from './child-messages.ts';
import { startChild } from './start-child.ts';

const RESTARTS = 3;

/** A replica from nothing until it has answered a search from what a snapshot gave it. */
export async function measureRestart(
  { scope, say }: BenchContext,
  assets: number,
  files: { readonly index: string; readonly records: string },
): Promise<Measured> {
  say(`starting a replica of ${assets} assets, ${RESTARTS} times`);
  const starts: ReplicaStart[] = [];
  for (let trial = 0; trial < RESTARTS; trial += 1) {
    const child = await startChild('replica-child', [], scope);
    starts.push(await child.ask<ReplicaStart>({ type: 'replica', assets, ...files }));
    await child.stop();
  }
  const seconds = starts.map((each) => each.seconds);
  const mb = async (file: string) => ((await stat(file)).size / 2 ** 20).toFixed(0);
  const rss = Math.max(...starts.map((each) => each.rssMb)).toFixed(0);
  return {
    metric: 'restart_s_1m',
    value: percentile(seconds, 50),
    reference: `${seconds.map((each) => each.toFixed(2)).join(', ')} s; records: ${await mb(files.records)} MiB, index: ${await mb(files.index)} MiB; in memory: ${rss} MiB`,
    trials: RESTARTS,
  };
}
