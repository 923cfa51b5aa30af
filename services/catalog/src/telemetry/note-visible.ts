import type { Metrics } from '@cairn/shared/telemetry/metrics';
import { parseTraceparent } from '@cairn/shared/telemetry/trace-context';
import { startSpan } from '@cairn/shared/telemetry/tracing';
import type { LoggedChange } from '../domain/replica/change-log.ts';

/**
 * The last stage of an upload, and of any other write of an asset: from the write to the moment at which this replica
 * shows it. Clocks of two machines are compared, so that a negative time counts as none.
 */
export function noteVisible(metrics: Metrics, now: () => Date) {
  const seconds = metrics.histogram('cairn_upload_stage_seconds').labels('searchable');
  return (changes: readonly LoggedChange[]): void => {
    for (const { change } of changes) {
      if (change.type !== 'asset.changed' || change.origin?.at === undefined) continue;
      const writtenAt = new Date(change.origin.at);
      seconds.observe(Math.max(0, now().getTime() - writtenAt.getTime()) / 1_000);
      startSpan('index.visible', {
        parent: parseTraceparent(change.origin.traceparent),
        startTime: writtenAt,
        attributes: { 'event.id': change.id, asin: change.asin },
      })?.end();
    }
  };
}
