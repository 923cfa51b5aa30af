import type { Metrics } from '@cairn/shared/telemetry/metrics';
import type { ChangeLog } from '../domain/replica/change-log.ts';
import type { Replica } from '../domain/replica/replica.ts';

/** What there is to tell of a replica, read when somebody asks. */
export function catalogMetrics(deps: {
  metrics: Metrics;
  replica: Pick<Replica, 'size' | 'caughtUpAt' | 'isSearchable'>;
  changes: Pick<ChangeLog, 'head'>;
  now: () => Date;
}): void {
  const { metrics, replica, changes, now } = deps;
  metrics.sampled('cairn_index_assets', () => replica.size().listed);
  metrics.sampled('cairn_index_searchable', () => Number(replica.isSearchable()));
  metrics.sampled('cairn_replica_records', () => replica.size().records);
  metrics.sampled('cairn_replica_staleness_seconds', () => {
    const at = replica.caughtUpAt();
    return at && Math.max(0, now().getTime() - at.getTime()) / 1_000;
  });
  metrics.sampled('cairn_change_log_lag_entries', async () => {
    const { position } = replica.size();
    // Before the head is read, so that it can never be behind.
    return position === undefined ? undefined : Math.max(0, (await changes.head()) - position);
  });
}
