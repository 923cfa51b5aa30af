import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ChildProcessInspector } from '@cairn/ingest/src/adapters/inspection/child-process-inspector.ts';
import type { FileToInspect } from '@cairn/ingest/src/domain/ports.ts';
import type { BenchContext, Measured } from '../benchmark.ts';
import { inTurns } from '../statistics/in-turns.ts';
import { median } from '../statistics/percentile.ts';
import { startInspectionPool } from './inspection-pool.ts';
import { startRawSharp, waysToShare, type RawSharpReply } from './raw-sharp.ts';
import { samplePictures, type SamplePicture } from './sample-pictures.ts';

/** Of each kind in one trial: enough that the ends of a trial count little. */
const OF_EACH = 4;
const WARM_UP = 2;
const TRIALS = 9;
const PIECE_BYTES = 65_536;

/** Pictures through ingest's pool, hashed on the way as ingest does it, against sharp alone. */
export async function measurePictures({ scope, signal, say }: BenchContext): Promise<Measured[]> {
  const kinds = await samplePictures();
  const pictures = Array.from({ length: OF_EACH }, () => kinds).flat();
  const inspector = await startInspectionPool(scope);
  const rawSharp = await startRawSharp(scope);

  let best = { way: waysToShare()[0] ?? { pictures: 1, threads: 1 }, ms: Number.POSITIVE_INFINITY };
  await rawSharp(pictures, best.way);
  for (const way of waysToShare()) {
    const times = [await rawSharp(pictures, way), await rawSharp(pictures, way)].map(({ ms }) => ms);
    const ms = Math.min(...times);
    say(`pictures: raw sharp, ${way.pictures} at once with ${way.threads} threads: ${ms.toFixed(0)} ms`);
    if (ms < best.ms) best = { way, ms };
  }

  const reference = () => rawSharp(pictures, best.way);
  const ours = () => inspectAll(inspector, pictures, signal);
  const [warm] = (await inTurns(WARM_UP, ours, reference)).second;
  await checkOutputs(inspector, kinds, warm, signal);
  say(`pictures: ${TRIALS} trials of ${pictures.length} pictures each`);
  const { first, second } = await inTurns(TRIALS, ours, reference);
  // What else runs on the machine burdens the two of one turn alike.
  const ratios = first.map((ms, i) => (second[i]?.ms ?? Number.NaN) / ms);
  const rate = (ms: number) => pictures.length / (ms / 1_000);
  const [own, alone] = [rate(median(first)), rate(median(second.map(({ ms }) => ms)))];
  const { pictures: atOnce, threads } = best.way;
  const text = `raw sharp, ${atOnce} at once with ${threads} threads: ${alone.toFixed(1)} pictures/s`;
  return [
    { metric: 'ingest_vs_sharp', value: median(ratios), reference: text, trials: TRIALS },
    { metric: 'ingest_pictures_rate', value: own, reference: text, trials: TRIALS },
  ];
}

async function inspectAll(
  inspector: ChildProcessInspector,
  pictures: readonly SamplePicture[],
  signal: AbortSignal,
): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(
    pictures.map(async (picture) => {
      const { outcome } = await inspector.inspect(arrived(picture), signal);
      if (outcome !== 'accepted') throw new Error(`${picture.name} was refused`);
    }),
  );
  return performance.now() - startedAt;
}

/** As it comes from the store, and hashed while it does. */
function arrived({ name, type, bytes }: SamplePicture): FileToInspect {
  return {
    role: 'picture',
    path: name,
    size: bytes.length,
    declaredType: type,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    async *stream() {
      const hash = createHash('sha256');
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        const piece = bytes.subarray(at, at + PIECE_BYTES);
        hash.update(piece);
        yield piece;
      }
      hash.digest('hex');
    },
  };
}

/** The comparison is fair only while both make the same. */
async function checkOutputs(
  inspector: ChildProcessInspector,
  kinds: readonly SamplePicture[],
  reply: RawSharpReply | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (const [i, picture] of kinds.entries()) {
    const finding = await inspector.inspect(arrived(picture), signal);
    const derived = finding.outcome === 'accepted' ? finding.picture?.derived : undefined;
    const sizes = derived?.map(({ width, height }) => ({ width, height }));
    if (!isDeepStrictEqual(sizes, reply?.sizes[i]))
      throw new Error(`${picture.name}: other pictures are made`);
  }
}
