import type { Metrics } from '@cairn/shared/telemetry/metrics';
import type { WorkLimiter } from '../adapters/work-limiter.ts';

export function hashingMetrics(metrics: Metrics, limiter: Pick<WorkLimiter, 'load'>): void {
  metrics.sampled('cairn_password_hashes_running', () => limiter.load().running);
  metrics.sampled('cairn_password_hashes_waiting', () => limiter.load().waiting);
}
