import { statfs } from 'node:fs/promises';
import { UserError } from '@cairn/infra/local/user-error';
import type { BenchContext, Benchmark, Measured } from '../benchmark.ts';
import { measurePictures } from './measure-pictures.ts';
import { measureZip } from './measure-zip.ts';

const DISK_BYTES = 1.2 * 2 ** 30;

export const ingestBenchmark: Benchmark = {
  title: 'inspection: pictures against raw sharp, the listing of a large zip',
  metrics: [
    { metric: 'ingest_vs_sharp', unit: 'ratio', limit: { atLeast: 0.85 } },
    { metric: 'ingest_pictures_rate', unit: 'pictures/s' },
    { metric: 'zip_listing_read_mb', unit: 'MB', limit: { atMost: 4 } },
    { metric: 'zip_full_pass_s', unit: 's' },
  ],
  run: measureInspection,
};

async function measureInspection(context: BenchContext): Promise<Measured[]> {
  const { bavail, bsize } = await statfs(context.tempFolder);
  if (bavail * bsize < DISK_BYTES)
    throw new UserError('The temporary folder needs 1.2 GiB; TMPDIR names another.');
  return [...(await measurePictures(context)), ...(await measureZip(context))];
}
