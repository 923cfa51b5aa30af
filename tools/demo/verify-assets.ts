import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import type { ApiClient } from '../client/api-client.ts';
import type { ImageVariant } from '../client/wire.ts';
import { eachGoing, settled, type AssetRun } from './asset-run.ts';
import type { Progress } from './progress.ts';

const POLL_MS = 100;
/** Mean difference of a channel, of 255: compression stays below 10, a turned photograph is above 40. */
const LARGEST_DIFFERENCE = 20;

/** Waits until the downloads are counted, and fetches the thumbnails and compares them with the picture. */
export async function verifyAssets(
  runs: readonly AssetRun[],
  api: ApiClient,
  folder: string,
  progress: Progress,
  deadlineMs: number,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const phase = progress.phase('verify', runs.length, 'assets');
  await eachGoing(runs, async (run) => {
    const asset = settled(run.asset);
    const variants = asset.images.flatMap((image) => image.variants);
    if (variants.length !== 3) run.faults.push(`${variants.length} thumbnails instead of 3`);
    for (const variant of variants) await verifyThumbnail(run, variant, folder);
    await waitForCount(run, api, deadlineMs);
    phase.advance(1);
  });
  phase.end();
}

async function verifyThumbnail(run: AssetRun, variant: ImageVariant, folder: string): Promise<void> {
  const response = await fetch(variant.url);
  const bytes = Buffer.from(await response.arrayBuffer());
  const about = `thumbnail of width ${variant.width}`;
  if (!response.ok) throw new Error(`${about}: the storage answered ${response.status}`);
  const slug = run.source.name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  const file = path.join(folder, `${slug}-${variant.width}.webp`);
  await writeFile(file, bytes);
  run.thumbnails.push(file);

  const { format, width, height, exif, orientation } = await sharp(bytes).metadata();
  if (format !== 'webp' || width !== variant.width || height !== variant.height) {
    run.faults.push(`${about}: is ${format} of ${width} x ${height}`);
  }
  if (exif !== undefined || orientation !== undefined) run.faults.push(`${about}: has kept metadata`);
  const difference = await differenceFrom(settled(run.picture).file, bytes);
  if (difference > LARGEST_DIFFERENCE) {
    run.faults.push(`${about}: does not look like the upright picture (differs by ${difference.toFixed(0)})`);
  }
}

/** How far the thumbnail is from the picture as it is meant to be seen, both scaled to the same small square. */
async function differenceFrom(pictureFile: string, thumbnail: Buffer): Promise<number> {
  const small = async (input: string | Buffer) =>
    await sharp(await sharp(input).autoOrient().flatten().png().toBuffer())
      .resize(32, 32, { fit: 'fill' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer();
  const [seen, made] = [await small(pictureFile), await small(thumbnail)];
  return seen.reduce((sum, value, i) => sum + Math.abs(value - (made[i] ?? 0)), 0) / seen.length;
}

async function waitForCount(run: AssetRun, api: ApiClient, deadlineMs: number): Promise<void> {
  const { asin } = settled(run.asset);
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    run.downloadsAfter = (await api.asset(asin)).downloads;
    if (run.downloadsAfter === run.downloadsBefore + run.grants) return;
    if (Date.now() > deadline) break;
    await delay(POLL_MS);
  }
  run.faults.push(
    `the count went from ${run.downloadsBefore} to ${run.downloadsAfter} after ${run.grants} downloads`,
  );
}
