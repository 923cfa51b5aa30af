import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchContext, Measured } from '../benchmark.ts';
import { sampleMemory, type MemorySample } from '../measure/sample-memory.ts';
import type { BenchProduct } from '../product/bench-product.ts';
import { signUp } from '../product/sign-up.ts';
import { median } from '../statistics/percentile.ts';
import { makeLargeFile, type LargeFile } from './large-file.ts';
import { publishLargeFile } from './publish-large-file.ts';

const MIB = 2 ** 20;
const WARM_UP_BYTES = 128 * MIB;
const IDLE_MS = 3_000;

/** The memory of ingest and catalog while the file goes from its declaration to `published`. */
export async function measureMemory(
  { tempFolder, signal, say }: BenchContext,
  product: BenchProduct,
  file: LargeFile,
): Promise<{ asin: string; figures: Measured[] }> {
  const token = await signUp(product.api);
  const pids = { ingest: product.service('ingest').pid, catalog: product.service('catalog').pid };
  const publish = (each: LargeFile) => publishLargeFile(product.api, token, each, signal);

  say('memory: warming up');
  const small = await makeLargeFile(path.join(tempFolder, 'small.glb'), WARM_UP_BYTES);
  for (let round = 0; round < 2; round += 1) await publish(small);
  const idling = sampleMemory(pids);
  await delay(IDLE_MS, undefined, { signal });
  const idle = await idling.stop();

  say(`memory: uploading ${file.sizeBytes / MIB} MiB in parts`);
  const startedAt = performance.now();
  const uploading = sampleMemory(pids);
  const { asin } = await publish(file).catch(async (error: unknown) => {
    await uploading.stop();
    throw error;
  });
  const busy = await uploading.stop();
  const seconds = (performance.now() - startedAt) / 1_000;

  const before = median(idle.map(servicesMb));
  const peak = Math.max(...busy.map(servicesMb));
  for (const name of ['ingest', 'catalog'] as const) {
    const mb = (sample: MemorySample) => (sample[name]?.ownBytes ?? 0) / MIB;
    say(
      `memory: ${name} ${median(idle.map(mb)).toFixed(0)} MiB, then ${Math.max(...busy.map(mb)).toFixed(0)}`,
    );
  }
  return {
    asin,
    figures: [
      {
        metric: 'upload_rss_growth_mb',
        value: peak - before,
        reference: `idle after warm-up: ${before.toFixed(0)} MiB; ${busy.length} samples in ${seconds.toFixed(0)} s`,
        trials: 1,
      },
      {
        metric: 'upload_inspection_rss_mb',
        value: Math.max(...busy.map(childrenMb)),
        reference: `idle after warm-up: ${median(idle.map(childrenMb)).toFixed(0)} MiB`,
        trials: 1,
      },
    ],
  };
}

const servicesMb = (sample: MemorySample): number =>
  Object.values(sample).reduce((sum, { ownBytes }) => sum + ownBytes, 0) / MIB;

const childrenMb = (sample: MemorySample): number => (sample.ingest?.childrenBytes ?? 0) / MIB;
