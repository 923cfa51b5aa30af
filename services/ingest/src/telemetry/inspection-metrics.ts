import type { Metrics } from '@cairn/shared/telemetry/metrics';

export function inspectionMetrics(
  metrics: Metrics,
  load: () => { readonly running: number; readonly waiting: number },
): void {
  metrics.sampled('cairn_inspections_running', () => load().running);
  metrics.sampled('cairn_inspections_waiting', () => load().waiting);
}
