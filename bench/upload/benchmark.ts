import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@cairn/infra/local/user-error';
import type { BenchContext, Benchmark, Measured } from '../benchmark.ts';
import { startBenchProduct } from '../product/bench-product.ts';
import { makeLargeFile } from './large-file.ts';
import { measureDeclaring } from './measure-declaring.ts';
import { measureHashing } from './measure-hashing.ts';
import { measureMemory } from './measure-memory.ts';
import { measureReadiness } from './measure-readiness.ts';

const FILE_BYTES = 2 ** 31;
/** The file, its parts and the copy that is served, and some more. */
const DISK_BYTES = 3.5 * FILE_BYTES;

export const uploadBenchmark: Benchmark = {
  title: 'an upload: memory, hashing, time until published, declarations',
  metrics: [
    { metric: 'upload_rss_growth_mb', unit: 'MiB', limit: { atMost: 150 } },
    { metric: 'upload_inspection_rss_mb', unit: 'MiB' },
    { metric: 'hash_vs_openssl', unit: 'ratio', limit: { atLeast: 0.5 } },
    { metric: 'ready_overhead_ms', unit: 'ms', limit: { atMost: 200 } },
    { metric: 'declare_p99_ms', unit: 'ms' },
  ],
  run: measureUpload,
};

async function measureUpload(context: BenchContext): Promise<Measured[]> {
  const { bavail, bsize } = await statfs(context.tempFolder);
  if (bavail * bsize < DISK_BYTES) {
    throw new UserError(`The temporary folder needs ${DISK_BYTES / 2 ** 30} GiB; TMPDIR names another.`);
  }
  const product = await startBenchProduct(context, MANY_UPLOADS);
  context.say(`making a file of ${FILE_BYTES / 2 ** 20} MiB`);
  const file = await makeLargeFile(path.join(context.tempFolder, 'large.glb'), FILE_BYTES);
  const memory = await measureMemory(context, product, file);
  return [
    ...memory.figures,
    ...(await measureHashing(context, product.connection, file, memory.asin)),
    ...(await measureReadiness(context, product)),
    ...(await measureDeclaring(context, product)),
  ];
}

/** The quota of open uploads would end the declarations long before the time is over. */
const MANY_UPLOADS = { QUOTA_OPEN_UPLOADS: '1000000', QUOTA_ASSETS: '1000000' };
