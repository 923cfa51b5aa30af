import type { FuzzResult, Kept } from './run-fuzz.ts';

export interface Summary extends FuzzResult {
  readonly count: number;
  readonly seed: number;
  readonly seconds: number;
  readonly left: { readonly files: readonly string[]; readonly processes: readonly number[] };
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, each) => total + each, 0);

function lines(title: string, counts: Readonly<Record<string, number>>): string[] {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return [
    `${title}: ${sum(counts)}`,
    ...sorted.map(([name, each]) => `  ${String(each).padStart(6)}  ${name}`),
  ];
}

const keptLines = (kept: readonly Kept[]) =>
  kept.flatMap(({ what, file }) => [`  ${what}`, `    npm run fuzz -- files --replay ${file}`]);

export function reportText(summary: Summary): string {
  const { ran, count, seed, seconds, slowest_ms, left, broken } = summary;
  const pace = `${seconds.toFixed(0)} s, ${(ran / seconds).toFixed(0)} a second`;
  return `${[
    `${ran} of ${count} files, seed ${seed}: ${pace}; the slowest took ${slowest_ms.toFixed(0)} ms`,
    ...lines('accepted', summary.accepted),
    ...lines('rejected', summary.rejected),
    ...lines('could not tell', summary.could_not_tell),
    ...keptLines(summary.kept),
    `temporary files left: ${left.files.join(', ') || 'none'}`,
    `processes left: ${left.processes.join(', ') || 'none'}`,
    `broken promises: ${broken.length}`,
    ...keptLines(broken),
  ].join('\n')}\n`;
}
