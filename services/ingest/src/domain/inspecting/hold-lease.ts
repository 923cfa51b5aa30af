export interface HeldLease {
  /** Aborts when the lease was lost, or when `signal` does. */
  readonly signal: AbortSignal;
  end(): void;
}

/**
 * Keeps a lease while work goes on. A renewal that fails is not a loss yet: the next one may succeed, and
 * the write at the end is conditional on the lease anyway.
 */
export function holdLease(options: {
  renew: () => Promise<boolean>;
  everyMs: number;
  signal: AbortSignal;
}): HeldLease {
  const lost = new AbortController();
  const timer = setInterval(() => {
    options.renew().then(
      (held) => {
        if (!held) lost.abort(new Error('the lease was lost'));
      },
      () => undefined,
    );
  }, options.everyMs);
  return {
    signal: AbortSignal.any([options.signal, lost.signal]),
    end: () => clearInterval(timer),
  };
}
