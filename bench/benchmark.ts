import type { Scope } from './scope.ts';

export interface Metric {
  readonly metric: string;
  readonly unit: string;
  /** Where the figure is promised to be; the rest are measured beside it. */
  readonly limit?: { readonly atMost: number } | { readonly atLeast: number };
}

/** One line of a benchmark's output, and one object of its JSON. */
export interface Figure {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** What it was compared with, in the same run, and the value of that. */
  readonly reference: string;
  /** How often it was measured. */
  readonly trials: number;
}

export interface BenchContext {
  /** A folder for this run, removed after it. */
  readonly tempFolder: string;
  /** Whatever a benchmark starts is held here, so that it ends with it, also on Ctrl-C. */
  readonly scope: Scope;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** One line of progress, for people. */
  readonly say: (line: string) => void;
}

export interface Benchmark {
  readonly title: string;
  /** Every figure that `run` gives, in its order. */
  readonly metrics: readonly Metric[];
  /** Rejects when it could not measure; a figure beyond its limit is measured all the same. */
  run(context: BenchContext): Promise<Measured[]>;
}

/** A figure without its unit, which the benchmark has declared. */
export type Measured = Omit<Figure, 'unit'>;

/** The figures with their units; throws when a benchmark did not measure exactly what it had declared. */
export function figuresOf({ metrics }: Benchmark, measured: readonly Measured[]): Figure[] {
  if (measured.length !== metrics.length) throw new Error('not every declared metric was measured');
  return metrics.map(({ metric, unit }) => {
    const found = measured.find((each) => each.metric === metric);
    if (found === undefined || !Number.isFinite(found.value)) throw new Error(`${metric} was not measured`);
    const { value, reference, trials } = found;
    return { metric, value: rounded(value), unit, reference, trials };
  });
}

/** Three significant digits, and all of the integer part: no more was measured. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
