/** Lets at most a share of the requests be tried again, so that a failing upstream is not also flooded. */
export interface RetryBudget {
  /** To be called for every request. */
  request(): void;
  /** Whether one retry may be made now; if so it is spent. */
  take(): boolean;
}

/** `share` of the requests, saved up to `maxSaved` retries. One is there from the start. */
export function createRetryBudget(options: { share: number; maxSaved: number }): RetryBudget {
  let saved = 1;
  return {
    request() {
      saved = Math.min(options.maxSaved, saved + options.share);
    },
    take() {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
