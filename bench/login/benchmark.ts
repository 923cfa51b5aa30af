import { availableParallelism } from 'node:os';
import type { BenchContext, Benchmark, Measured } from '../benchmark.ts';
import { startBenchProduct } from '../product/bench-product.ts';
import { measureReads } from './measure-reads.ts';
import { measureSignIns } from './measure-sign-ins.ts';
import { measureTimes } from './measure-times.ts';

export const loginBenchmark: Benchmark = {
  title: 'signing in: how many a second, what reads notice of it, what its time tells',
  metrics: [
    { metric: 'signins_per_second', unit: 'sign-ins/s' },
    { metric: 'login_vs_argon2', unit: 'ratio', limit: { atLeast: 0.9 } },
    { metric: 'read_p99_in_storm', unit: 'ratio', limit: { atMost: 3 } },
    { metric: 'signin_auc', unit: 'AUC', limit: { atMost: 0.55 } },
  ],
  run: measureLogin,
};

/** As many as auth takes by itself; said here so that the reference has the same. */
const THREADS = Math.max(1, availableParallelism() - 1);

async function measureLogin(context: BenchContext): Promise<Measured[]> {
  const product = await startBenchProduct(context, { PASSWORD_HASH_CONCURRENCY: String(THREADS) });
  return [
    ...(await measureTimes(context, product)),
    ...(await measureSignIns(context, product, THREADS)),
    ...(await measureReads(context, product)),
  ];
}
