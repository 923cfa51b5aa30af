export interface PurgeSoon {
  /** Asks for a purge, and waits for nothing. */
  ask(asin: string): void;
  /** Begins no other; resolves when those under way have ended, which `signal` tells them to do soon. */
  stop(): Promise<void>;
}

const LANES = 2;
const MOST_WAITING = 1_000;

/**
 * Begins purges a few at a time, beside whoever asks for them: thousands of deletions must not hold up the news
 * of an edit. What makes a purge happen is the date in the asset's item, which a sweep finds; this only makes it
 * soon, so what it forgets, or a crash does, is purged all the same.
 */
export function purgeSoon(deps: {
  purge: (asin: string, signal?: AbortSignal) => Promise<void>;
  onFailure: (error: unknown, asin: string) => void;
}): PurgeSoon {
  const waiting = new Set<string>();
  const lanes = new Set<Promise<void>>();
  const stopping = new AbortController();

  async function lane(): Promise<void> {
    for (const asin of waiting) {
      waiting.delete(asin);
      await deps.purge(asin, stopping.signal).catch((error: unknown) => {
        if (!stopping.signal.aborted) deps.onFailure(error, asin);
      });
      if (stopping.signal.aborted) return;
    }
  }

  function openLane(): void {
    const opened: Promise<void> = lane().finally(() => {
      lanes.delete(opened);
      if (waiting.size > 0 && !stopping.signal.aborted) openLane();
    });
    lanes.add(opened);
  }

  return {
    ask(asin) {
      if (stopping.signal.aborted || waiting.size >= MOST_WAITING) return;
      waiting.add(asin);
      if (lanes.size < LANES) openLane();
    },
    async stop() {
      stopping.abort();
      await Promise.all(lanes);
    },
  };
}
