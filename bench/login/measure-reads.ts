import type { BenchContext, Measured } from '../benchmark.ts';
import { closedLoop, type LoadResult } from '../measure/closed-loop.ts';
import type { BenchProduct } from '../product/bench-product.ts';
import { inTurns } from '../statistics/in-turns.ts';
import { median, percentile } from '../statistics/percentile.ts';
import { signingIn } from './users.ts';

const READERS = 10;
const STORM = 50;
const TRIALS = 5;
const SECONDS = 6;
const WARM_UP_SECONDS = 5;

/** Readers through the gateway, alone and while more sign in than can be served. */
export async function measureReads({ scope, say }: BenchContext, product: BenchProduct): Promise<Measured[]> {
  say(`reading: ${READERS} clients, ${TRIALS} times ${SECONDS} s, alone and beside ${STORM} who sign in`);
  const load = await signingIn(product.api, STORM);
  const read = (seconds: number) =>
    closedLoop({ url: `${product.url}/v1/assets`, clients: READERS, seconds }, scope);
  const storm = (seconds: number) =>
    closedLoop({ url: `${product.url}/v1/users/login`, seconds, ...load }, scope);

  await Promise.all([read(WARM_UP_SECONDS), storm(WARM_UP_SECONDS)]);
  const rounds = await inTurns(
    TRIALS,
    () => read(SECONDS),
    async () => {
      const [reads, signIns] = await Promise.all([read(SECONDS), storm(SECONDS)]);
      return { reads, signIns };
    },
  );
  const inStorm = rounds.second.map(({ reads }) => reads);
  for (const { failed } of [...rounds.first, ...inStorm]) {
    if (failed > 0) throw new Error(`${failed} reads failed`);
  }
  const p99 = (results: readonly LoadResult[]) =>
    median(results.map((each) => percentile(each.latenciesMs, 99)));
  const rate = median(rounds.second.map(({ signIns }) => signIns.requestsPerSecond));
  return [
    {
      metric: 'read_p99_in_storm',
      value: p99(inStorm) / p99(rounds.first),
      reference: `idle: ${p99(rounds.first).toFixed(1)} ms; beside ${rate.toFixed(0)} sign-ins/s: ${p99(inStorm).toFixed(1)} ms`,
      trials: TRIALS,
    },
  ];
}
