import type { Benchmark } from './benchmark.ts';
import { downloadBenchmark } from './download/benchmark.ts';
import { gatewayBenchmark } from './gateway/benchmark.ts';
import { ingestBenchmark } from './ingest/benchmark.ts';
import { loginBenchmark } from './login/benchmark.ts';
import { searchBenchmark } from './search/benchmark.ts';
import { uploadBenchmark } from './upload/benchmark.ts';

/** Every benchmark, by the name under which it is run. */
export const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  upload: uploadBenchmark,
  ingest: ingestBenchmark,
  gateway: gatewayBenchmark,
  search: searchBenchmark,
  download: downloadBenchmark,
  login: loginBenchmark,
};
