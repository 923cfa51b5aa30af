import type { Metrics } from './metrics.ts';

export interface RequestMeter {
  begin(): void;
  /** `operation`: an operationId or a row of a routing table, never a path. Status 0: nothing was answered. */
  end(operation: string, status: number, durationMs: number): void;
}

const CLASSES = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

interface Series {
  observe(seconds: number): void;
}

/** So many requests are put by, and then observed in one go, which costs each a fraction. */
const PUT_BY = 64;

/** On the way of every request: its series are looked up by two indexes, without any labels being put together. */
export function createRequestMeter(metrics: Metrics): RequestMeter {
  const histogram = metrics.histogram('cairn_http_request_duration_seconds');
  const byOperation = new Map<string, (Series | undefined)[]>();
  let inFlight = 0;
  const seen: Series[] = [];
  const seconds: number[] = [];
  function hand(): void {
    for (let i = 0; i < seen.length; i += 1) seen[i]?.observe(seconds[i] ?? 0);
    seen.length = seconds.length = 0;
  }
  metrics.beforeRead(hand);
  metrics.sampled('cairn_http_requests_in_flight', () => inFlight);
  return {
    begin() {
      inFlight += 1;
    },
    end(operation, status, durationMs) {
      inFlight -= 1;
      const group = Math.floor(status / 100);
      let series = byOperation.get(operation);
      if (series === undefined) byOperation.set(operation, (series = []));
      const child = (series[group] ??= histogram.labels(operation, CLASSES[group] ?? 'none'));
      seen.push(child);
      seconds.push(durationMs / 1_000);
      if (seen.length >= PUT_BY) hand();
    },
  };
}
