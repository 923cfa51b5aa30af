import type { Metrics } from '@cairn/shared/telemetry/metrics';
import type { NoteStage } from '../domain/ports.ts';

/** The time of S3's event is S3's clock: a negative time counts as none. */
export function stageMeter(metrics: Metrics): NoteStage {
  const seconds = metrics.histogram('cairn_upload_stage_seconds');
  return (stage, from, to) => {
    const ms = to.getTime() - Date.parse(from);
    if (Number.isFinite(ms)) seconds.observe({ stage }, Math.max(0, ms) / 1_000);
  };
}
