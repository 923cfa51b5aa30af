import type { MeterLoss } from './bounded-recording.ts';

export interface LossMeter {
  meter: MeterLoss;
  /** Since the process started. */
  total(): number;
}

/**
 * Counts lost grants, and reports at most one loss a period in full and the others as a number: those of a period
 * at its end, also when none follow.
 */
export function lossMeter(deps: {
  report: (loss: { reason: unknown; lostSinceReport: number; lostInTotal: number }) => void;
  now: () => Date;
  periodMs: number;
}): LossMeter {
  let total = 0;
  let reported = 0;
  let reportedAt = Number.NEGATIVE_INFINITY;
  let reason: unknown;
  let waiting: NodeJS.Timeout | undefined;

  function report(): void {
    waiting = undefined;
    deps.report({ reason, lostSinceReport: total - reported, lostInTotal: total });
    reported = total;
    reportedAt = deps.now().getTime();
  }

  return {
    meter(why) {
      total += 1;
      reason = why;
      if (waiting !== undefined) return;
      const left = reportedAt + deps.periodMs - deps.now().getTime();
      if (left <= 0) report();
      else waiting = setTimeout(report, left).unref();
    },
    total: () => total,
  };
}
