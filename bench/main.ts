import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onStopSignals, type StopSignals } from '@cairn/infra/local/stop-signals';
import { UserError } from '@cairn/infra/local/user-error';
import { parseArguments, USAGE, type BenchArguments } from './arguments.ts';
import { figuresOf, type Benchmark, type Figure } from './benchmark.ts';
import { BENCHMARKS } from './registry.ts';
import { machineText } from './report/machine.ts';
import { recordFigures } from './report/record.ts';
import { figureMarkdown, figureTable } from './report/table.ts';
import { createScope } from './scope.ts';

// `npm run bench -- NAME`: 0 when it has measured, whatever the figures are; 1 when it could not.
const PAGE = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

const complain = (text: string) => void process.stderr.write(`${text}\n`);

async function print(text: string): Promise<void> {
  // A pipe takes it piece by piece, and the process ends right after.
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
}

async function measure(benchmark: Benchmark, signals: StopSignals): Promise<Figure[]> {
  const scope = createScope();
  const interrupted = new AbortController();
  try {
    const tempFolder = await scope.hold(mkdtemp(path.join(tmpdir(), 'cairn-bench-')), (folder) =>
      rm(folder, { recursive: true, force: true, maxRetries: 5 }),
    );
    const measured = benchmark.run({ tempFolder, scope, signal: interrupted.signal, say: complain });
    const outcome = await Promise.race([measured, signals.first]);
    if (typeof outcome === 'string') throw new UserError('Interrupted: nothing was measured.');
    return figuresOf(benchmark, outcome);
  } finally {
    interrupted.abort();
    await scope.end();
  }
}

async function record(name: string, { metrics }: Benchmark, figures: readonly Figure[]): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const text = `\n${date}; ${machineText()}.\n\n${figureMarkdown(figures, metrics)}\n`;
  await writeFile(PAGE, recordFigures(await readFile(PAGE, 'utf8'), name, text));
}

async function run({ name, json, ...options }: BenchArguments): Promise<void> {
  if (options.help) return await print(USAGE);
  const list = Object.entries(BENCHMARKS).map(([each, { title }]) => `  ${each.padEnd(10)}${title}`);
  if (name === undefined) return await print(`${USAGE}\nBenchmarks:\n\n${list.join('\n')}`);
  const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (benchmark === undefined) throw new UserError(`There is no benchmark "${name}":\n\n${list.join('\n')}`);
  const signals = onStopSignals();
  const startedAt = performance.now();
  const figures = await measure(benchmark, signals);
  complain(`${name}: ${Math.round((performance.now() - startedAt) / 1_000)} s on ${machineText()}`);
  await print(json ? JSON.stringify(figures, undefined, 2) : figureTable(figures, benchmark.metrics));
  if (options.record) await record(name, benchmark, figures);
}

async function main(): Promise<number> {
  try {
    await run(parseArguments(process.argv.slice(2)));
    return 0;
  } catch (error) {
    complain(error instanceof UserError ? error.message : String((error as Error).stack ?? error));
    return 1;
  }
}

// What was interrupted may have requests and timers under way, so the end is not left to them.
process.exit(await main());
