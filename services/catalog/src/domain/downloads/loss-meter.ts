import type { MeterLoss } from './bounded-recording.ts';

export interface LossMeter {
  meter: MeterLoss;
  /** Since the process started. */
  total(): number;
}

/** Counts lost grants, and reports at most one loss a period in full and the others as a number. */
export function lossMeter(deps: {
  report: (loss: { reason: unknown; lostSinceReport: number; lostInTotal: number }) => void;
  now: () => Date;
  periodMs: number;
}): LossMeter {
  let total = 0;
  let reported = 0;
  let reportedAt = Number.NEGATIVE_INFINITY;
  return {
    meter(reason) {
      total += 1;
      const at = deps.now().getTime();
      if (at - reportedAt < deps.periodMs) return;
      deps.report({ reason, lostSinceReport: total - reported, lostInTotal: total });
      reported = total;
      reportedAt = at;
    },
    total: () => total,
  };
}
