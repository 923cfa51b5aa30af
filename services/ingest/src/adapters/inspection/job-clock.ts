export interface JobClock {
  /** Something has come on. */
  progress(): void;
  /** While the store is asked, the child is not the one who stalls. */
  whileStore<T>(work: () => Promise<T>): Promise<T>;
  stop(): void;
}

export interface ClockLimits {
  /** Until the end of the job. */
  budgetMs: number;
  /** Without any sign of the child going on. */
  stallMs: number;
  /** Until the store has given what it was asked for. */
  storeMs: number;
}

/** The limits of wall-clock time of one job. Calls `onEnd` at most once. */
export function jobClock(
  { budgetMs, stallMs, storeMs }: ClockLimits,
  onEnd: (kind: 'timed out' | 'stalled' | 'store unavailable', blame: 'file' | 'us') => void,
): JobClock {
  let asking = 0;
  let stopped = false;
  let stall: NodeJS.Timeout;
  const budget = setTimeout(() => end('timed out'), budgetMs);
  rewind();

  function rewind(): void {
    clearTimeout(stall);
    stall = setTimeout(
      () => end(asking > 0 ? 'store unavailable' : 'stalled'),
      asking > 0 ? storeMs : stallMs,
    );
  }
  function stop(): void {
    stopped = true;
    clearTimeout(budget);
    clearTimeout(stall);
  }
  function end(kind: Parameters<typeof onEnd>[0]): void {
    stop();
    onEnd(kind, asking > 0 ? 'us' : 'file');
  }

  return {
    progress: () => {
      if (!stopped) stall.refresh();
    },
    async whileStore(work) {
      asking += 1;
      if (!stopped) rewind();
      try {
        return await work();
      } finally {
        asking -= 1;
        if (!stopped) rewind();
      }
    },
    stop,
  };
}
