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
  jobsPerChild: number;
  maxWaiting: number;
  acceptPrograms: boolean;
  childModule?: string;
}

export interface ChildProcessInspector extends Inspector {
  close(): Promise<void>;
}

/** Slower than this no file is read and inspected, however busy the machine. */
const SLOWEST_BYTES_PER_MS = (4 * 2 ** 20) / 1000;
const LONGEST_MS = 30 * 60_000;
const START_MS = 15_000;
const STORE_MS = 30_000;
const MAX_READS = 10_000;
const MAX_READ_BYTES = 128 * 2 ** 20;

/**
 * A pool of child processes without credentials and network, with limits of time and memory for each job.
 * A child that dies, hangs or answers nonsense costs its job alone: the call rejects, which never publishes
 * (I1, I8).
 */
export function childProcessInspector(options: InspectorOptions): ChildProcessInspector {
  const pool = childPool({ ...options, startMs: START_MS });

  return {
    async inspect(file, signal) {
      try {
        return await attempt(pool, options, file, signal);
      } catch (error) {
        if (!(error instanceof InspectionFault) || error.blame === 'us') throw error;
        // The file before it may have done this to the child: a child that has had none tells.
        return await inFreshChild(pool, options, file, signal);
      }
    },
    close: () => pool.close(),
  };
}

async function inFreshChild(
  pool: ChildPool,
  options: InspectorOptions,
  file: FileToInspect,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    return await attempt(pool, options, file, signal, true);
  } catch (error) {
    if (!(error instanceof InspectionFault) || error.blame === 'us') throw error;
    // It is the file's fault only if the same inspector can do another file.
    if (await isSound(pool, options, signal)) throw error;
    throw new InspectionFault(error.kind, 'us', { cause: error });
  }
}

async function attempt(
  pool: ChildPool,
  options: InspectorOptions,
  file: FileToInspect,
  signal: AbortSignal,
  fresh = false,
): Promise<Finding> {
  const child = await pool.take(signal, fresh);
  let result: JobResult | undefined;
  try {
    result = await runJob(child, file, jobLimits(options, file.size), signal);
    return result.finding;
  } finally {
    pool.giveBack(child, result?.reusable === true);
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

async function isSound(pool: ChildPool, options: InspectorOptions, signal: AbortSignal): Promise<boolean> {
  const known: FileToInspect = {
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
    return (await attempt(pool, options, known, signal, true)).outcome === 'accepted';
  } catch {
    return false;
  }
}
