/** A moment on two clocks. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export const thisMoment = (): Moment => ({ wallMs: Date.now(), monotonicMs: performance.now() });

/** The earlier of two moments. */
export const earlierOf = (a: Moment, b: Moment): Moment => ({
  wallMs: Math.min(a.wallMs, b.wallMs),
  monotonicMs: Math.min(a.monotonicMs, b.monotonicMs),
});

export const msAfter = (moment: Moment, ms: number): Moment => ({
  wallMs: moment.wallMs + ms,
  monotonicMs: moment.monotonicMs + ms,
});

/**
 * Milliseconds since the moment, never too few: the monotonic clock stands still while a machine sleeps, and
 * the wall clock can be set back.
 */
export const elapsedMs = (since: Moment): number =>
  Math.max(Date.now() - since.wallMs, performance.now() - since.monotonicMs);
