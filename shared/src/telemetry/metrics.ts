import { setTimeout as delay } from 'node:timers/promises';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  METRICS,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelOf,
  type MetricDefinition,
  type MetricName,
} from './metric-catalogue.ts';

/** The labels of one series and its value now. */
export interface Sample<Name extends MetricName> {
  readonly labels: Readonly<Record<LabelOf<Name>, string>>;
  readonly value: number;
}

/**
 * Numbers, or series, that are read when somebody asks for `/metrics`. What cannot be told now is left out: a value
 * of before would look like one of now.
 */
export type ReadSamples<Name extends MetricName> = () =>
  | number
  | undefined
  | readonly Sample<Name>[]
  | Promise<number | undefined | readonly Sample<Name>[]>;

/** The metrics of one process, as METRICS has them; each appears once somebody has asked for it here. */
export interface Metrics {
  counter<Name extends CounterName>(name: Name): Counter<LabelOf<Name>>;
  histogram<Name extends HistogramName>(name: Name): Histogram<LabelOf<Name>>;
  /** A gauge, or a counter that is kept elsewhere. May be called several times, for different series. */
  sampled<Name extends GaugeName | CounterName>(name: Name, read: ReadSamples<Name>): void;
  /** Called before everything is read: for who has numbers put by. */
  beforeRead(hand: () => void): void;
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface MetricsOptions {
  /** Also what Node tells of the process: processor time, memory, event loop, garbage collection. */
  readonly ofProcess?: boolean;
}

/** What takes longer is left out, so that a dependency that is away does not take the other metrics along. */
const READ_WITHIN_MS = 1_000;

export function createMetrics({ ofProcess = false }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  const counters = new Map<CounterName, Counter>();
  const histograms = new Map<HistogramName, Histogram>();
  const readers = new Map<GaugeName | CounterName, ReadSamples<never>[]>();
  const handers: (() => void)[] = [];
  if (ofProcess) collectDefaultMetrics({ register: registry });

  function definition(name: MetricName) {
    const { help, labels }: MetricDefinition = METRICS[name];
    return { name, help, labelNames: [...labels], registers: [registry] };
  }

  function startSampling(name: GaugeName | CounterName, from: readonly ReadSamples<never>[]): void {
    const collect = async (): Promise<void> => {
      const samples = (await Promise.all(from.map(samplesOf))).flat();
      // In one turn: two readers may ask at once.
      metric.reset();
      // After a reset a metric without labels is 0, which is a value.
      if (METRICS[name].labels.length === 0) metric.remove();
      for (const { labels, value } of samples) metric.inc(labels, value);
    };
    const metric: Counter | Gauge =
      METRICS[name].type === 'counter'
        ? new Counter({ ...definition(name), collect })
        : new Gauge({ ...definition(name), collect });
  }

  return {
    counter(name) {
      const known = counters.get(name) ?? new Counter(definition(name));
      counters.set(name, known);
      return known;
    },
    histogram(name) {
      const known =
        histograms.get(name) ?? new Histogram({ ...definition(name), buckets: [...METRICS[name].buckets] });
      histograms.set(name, known);
      return known;
    },
    sampled(name, read) {
      const known = readers.get(name);
      if (known === undefined) {
        const from = [read];
        readers.set(name, from);
        startSampling(name, from);
      } else known.push(read);
    },
    beforeRead: (hand) => void handers.push(hand),
    text() {
      for (const hand of handers) hand();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

async function samplesOf(read: ReadSamples<never>): Promise<readonly Sample<never>[]> {
  try {
    const samples = await Promise.race([read(), delay(READ_WITHIN_MS, undefined, { ref: false })]);
    if (samples === undefined) return [];
    return typeof samples === 'number' ? [{ labels: {}, value: samples }] : samples;
  } catch {
    // The dependency that it would tell of is away; that it is missing is what is told.
    return [];
  }
}
