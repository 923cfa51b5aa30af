export interface CircuitBreaker {
  /** Whether a request may go out; while the circuit is half open only one may, and its fate decides. */
  tryPass(): boolean;
  succeeded(): void;
  failed(): void;
  /** The request ended without telling anything about the upstream: its client went away. */
  abandoned(): void;
  isOpen(): boolean;
}

export interface CircuitBreakerOptions {
  /** That many failures in a row open the circuit. */
  failuresToOpen: number;
  /** Pause before the first probe; a failed probe doubles it, up to `maxOpenMs`. */
  openMs: number;
  maxOpenMs: number;
  /** Monotonic milliseconds. */
  now: () => number;
  onChange?: (state: 'open' | 'closed') => void;
}

export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  let failures = 0;
  let openUntil: number | undefined;
  let pauseMs = options.openMs;
  let probing = false;

  return {
    tryPass() {
      if (openUntil === undefined) return true;
      if (probing || options.now() < openUntil) return false;
      probing = true;
      return true;
    },
    succeeded() {
      failures = 0;
      probing = false;
      if (openUntil === undefined) return;
      openUntil = undefined;
      pauseMs = options.openMs;
      options.onChange?.('closed');
    },
    failed() {
      failures += 1;
      if (openUntil !== undefined) {
        // Only the probe decides; what was already under way when the circuit opened has no say.
        if (!probing) return;
        probing = false;
        pauseMs = Math.min(pauseMs * 2, options.maxOpenMs);
        openUntil = options.now() + pauseMs;
      } else if (failures >= options.failuresToOpen) {
        openUntil = options.now() + pauseMs;
        options.onChange?.('open');
      }
    },
    abandoned() {
      probing = false;
    },
    isOpen: () => openUntil !== undefined,
  };
}
