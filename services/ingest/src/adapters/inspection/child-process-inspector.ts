import type { Finding } from '../../domain/inspecting/findings.ts';
import { InspectionFault } from '../../domain/inspecting/inspection-fault.ts';
import type { FileToInspect, Inspector } from '../../domain/ports.ts';
import { childPool, type ChildPool } from './child-pool.ts';
import { KNOWN_PICTURE } from './known-picture.ts';
import { runJob, type JobResult } from './run-job.ts';

export interface InspectorOptions {
  /** How many files are looked at at once. */
  processes: number;
  /** For one file, beside the time that its bytes take. */
  timeoutMs: number;
  /** Without any sign of the child going on. */
  stallMs: number;
  maxRssBytes: number;
  /** The same for the one child at a time that does what takes more. */
  roomyRssBytes: number;
  jobsPerChild: number;
  maxWaiting: number;
  acceptPrograms: boolean;
  childModule?: string;
}

export interface ChildProcessInspector extends Inspector {
  close(): Promise<void>;
  load: ChildPool['load'];
}

/** Slower than this no file is read and inspected, however busy the machine. */
const SLOWEST_BYTES_PER_MS = (4 * 2 ** 20) / 1000;
const LONGEST_MS = 30 * 60_000;
const START_MS = 15_000;
const STORE_MS = 30_000;
const MAX_READS = 10_000;
const MAX_READ_BYTES = 128 * 2 ** 20;

/** Children of one kind. Roomy ones may take the memory of any picture: there is one at a time, for one job. */
interface Lane {
  readonly pool: ChildPool;
  readonly roomy: boolean;
}

/**
 * A pool of child processes without credentials and network, with limits of time and memory for each job.
 * A child that dies, hangs or answers nonsense costs its job alone: the call rejects, which never publishes
 * (I1, I8).
 */
export function childProcessInspector(options: InspectorOptions): ChildProcessInspector {
  const ordinary: Lane = { pool: childPool({ ...options, spare: true, startMs: START_MS }), roomy: false };
  const roomy: Lane = {
    pool: childPool({
      ...options,
      processes: 1,
      spare: false,
      jobsPerChild: 1,
      maxRssBytes: options.roomyRssBytes,
      startMs: START_MS,
    }),
    roomy: true,
  };

  return {
    async inspect(file, signal) {
      const finding =
        (await inLane(ordinary, options, file, signal)) ?? (await inLane(roomy, options, file, signal));
      if (finding === undefined) throw new InspectionFault('answered nonsense', 'us');
      return finding;
    },
    async close() {
      await Promise.all([ordinary.pool.close(), roomy.pool.close()]);
    },
    load() {
      const [a, b] = [ordinary.pool.load(), roomy.pool.load()];
      return { running: a.running + b.running, waiting: a.waiting + b.waiting };
    },
  };
}

/** Undefined: its children have too little memory for it. */
async function inLane(
  lane: Lane,
  options: InspectorOptions,
  file: FileToInspect,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  try {
    return await attempt(lane, options, file, signal);
  } catch (error) {
    if (!(error instanceof InspectionFault) || error.blame === 'us') throw error;
    // The file before it may have done this to the child: a child that has had none tells.
    return await inFreshChild(lane, options, file, signal);
  }
}

async function inFreshChild(
  lane: Lane,
  options: InspectorOptions,
  file: FileToInspect,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  try {
    return await attempt(lane, options, file, signal, true);
  } catch (error) {
    if (!(error instanceof InspectionFault) || error.blame === 'us') throw error;
    // It is the file's fault only if the same inspector can do another file.
    if (await isSound(lane, options, file.userId, signal)) throw error;
    throw new InspectionFault(error.kind, 'us', { cause: error });
  }
}

async function attempt(
  { pool, roomy }: Lane,
  options: InspectorOptions,
  file: FileToInspect,
  signal: AbortSignal,
  fresh = false,
): Promise<Finding | undefined> {
  const turn = { userId: file.userId ?? '', fresh };
  const child = await pool.take(turn, signal);
  let result: JobResult | undefined;
  try {
    result = await runJob(child, file, { ...jobLimits(options, file.size), roomy }, signal);
    return result.finding;
  } finally {
    pool.giveBack(child, turn, result?.reusable === true);
  }
}

function jobLimits({ timeoutMs, stallMs, acceptPrograms }: InspectorOptions, size: number) {
  return {
    budgetMs: Math.min(LONGEST_MS, timeoutMs + size / SLOWEST_BYTES_PER_MS),
    stallMs,
    storeMs: STORE_MS,
    acceptPrograms,
    maxReads: MAX_READS,
    maxReadBytes: MAX_READ_BYTES,
  };
}

async function isSound(
  lane: Lane,
  options: InspectorOptions,
  userId: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const known: FileToInspect = {
    userId,
    role: 'picture',
    path: 'known.png',
    size: KNOWN_PICTURE.byteLength,
    declaredType: 'image/png',
    read: async (offset, length) => KNOWN_PICTURE.subarray(offset, offset + length),
    async *stream() {
      yield KNOWN_PICTURE;
    },
  };
  try {
    return (await attempt(lane, options, known, signal, true))?.outcome === 'accepted';
  } catch {
    return false;
  }
}
