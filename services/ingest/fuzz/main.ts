import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { childProcessInspector } from '../src/adapters/inspection/child-process-inspector.ts';
import { parseArguments, USAGE, type FuzzArguments } from './arguments.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { keepCase, readCase } from './kept-cases.ts';
import { childrenLeft, watchFolders } from './leftovers.ts';
import { reportText, type Summary } from './report.ts';
import { runFuzz } from './run-fuzz.ts';
import { caseOf, fuzzSeeds } from './seeds/fuzz-seeds.ts';

// `npm run fuzz -- files`: 0 when every promise was kept, 1 when one was broken or nothing could be run.
const FOLDER = path.relative(process.cwd(), fileURLToPath(new URL('../../../.cairn/fuzz/', import.meta.url)));
const LIMITS = {
  timeoutMs: 10_000,
  stallMs: 10_000,
  maxRssBytes: 512 * 2 ** 20,
  roomyRssBytes: 1536 * 2 ** 20,
};
// The first try, one more in a fresh child, the known picture, and their starting.
const PATIENCE_MS = 3 * (LIMITS.timeoutMs + 5_000);
const PROGRESS_MS = 5_000;

const complain = (text: string) => void process.stderr.write(`${text}\n`);

async function fuzz(options: FuzzArguments): Promise<Summary> {
  const { seed, replay, corpus } = options;
  const count = replay === undefined ? options.count : 1;
  const processes = Math.min(availableParallelism(), 8);
  const made = await casesOf(seed, corpus, replay);
  const newFiles = await watchFolders();
  const inspector = childProcessInspector({
    ...LIMITS,
    processes,
    jobsPerChild: 500,
    maxWaiting: processes,
    acceptPrograms: false,
  });
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const startedAt = performance.now();
  let told = startedAt;
  try {
    const result = await runFuzz({
      inspector,
      caseOf: made,
      indices: Array.from({ length: count }, (_, i) => i).values(),
      concurrency: processes,
      patienceMs: PATIENCE_MS,
      keep: (index, subject, what) => keepCase(FOLDER, `${seed}-${index}`, subject, what),
      onProgress({ ran, broken }) {
        if (performance.now() - told < PROGRESS_MS) return;
        told = performance.now();
        complain(`${ran} of ${count}, ${broken.length} broken promises`);
      },
      signal: interrupted.signal,
    });
    await inspector.close();
    const left = {
      files: await newFiles(),
      processes: await childrenLeft(),
    };
    const seconds = (performance.now() - startedAt) / 1_000;
    return { ...result, count, seed, seconds, left };
  } finally {
    await inspector.close();
  }
}

async function casesOf(
  seed: number,
  corpus: string | undefined,
  replay: string | undefined,
): Promise<(index: number) => FuzzCase> {
  if (replay === undefined) {
    const seeds = await fuzzSeeds(corpus);
    return (index) => caseOf(seeds, seed, index);
  }
  const kept = await readCase(replay);
  return () => kept;
}

async function main(): Promise<number> {
  try {
    const options = parseArguments(process.argv.slice(2));
    if (options.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    const summary = await fuzz(options);
    process.stdout.write(options.json ? `${JSON.stringify(summary, undefined, 2)}\n` : reportText(summary));
    const { broken, left, ran, count } = summary;
    return broken.length + left.files.length + left.processes.length === 0 && ran === count ? 0 : 1;
  } catch (error) {
    complain(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 1;
  }
}

process.exitCode = await main();
