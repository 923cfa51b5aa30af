/** Where a file waits to be worked on: among those that have just arrived, or in the backlog. */
export type Lane = 'arrivals' | 'backlog';

export interface WorkerSlots {
  /** Runs the job when it is its turn; rejects without having begun it when the signal aborts before that. */
  run(turn: { lane: Lane; userId: string; signal: AbortSignal }, job: () => Promise<void>): Promise<void>;
  /** How many jobs of a lane, or of one user in it, wait or run. */
  held(lane: Lane, userId?: string): number;
}

interface Turn {
  readonly lane: Lane;
  readonly userId: string;
  readonly start: () => void;
}

/**
 * `total` slots for both lanes, and the order in which they are given:
 * - of those who wait, the user with the fewest running jobs, then who was served longest ago;
 * - one user, and the backlog as a whole, never have the last slot, so that a newcomer finds one free;
 * - arrivals go before the backlog, which has every second turn while nothing of it is running.
 */
export function workerSlots(total: number): WorkerSlots {
  const share = Math.max(1, total - 1);
  const waiting = new Set<Turn>();
  const running = new Set<Turn>();
  const servedAt = new Map<string, number>();
  let turns = 0;
  let lastLane: Lane = 'backlog';

  const count = (turns: ReadonlySet<Turn>, of: Partial<Pick<Turn, 'lane' | 'userId'>>) =>
    [...turns].filter(
      (each) => each.lane === (of.lane ?? each.lane) && each.userId === (of.userId ?? each.userId),
    ).length;

  function nextOf(lane: Lane): Turn | undefined {
    if (lane === 'backlog' && count(running, { lane }) >= share) return undefined;
    const rank = ({ userId }: Turn) => [count(running, { userId }), servedAt.get(userId) ?? 0] as const;
    let best: { turn: Turn; rank: readonly [number, number] } | undefined;
    for (const turn of waiting) {
      if (turn.lane !== lane) continue;
      const [jobs, served] = rank(turn);
      if (jobs >= share) continue;
      if (best === undefined || jobs < best.rank[0] || (jobs === best.rank[0] && served < best.rank[1])) {
        best = { turn, rank: [jobs, served] };
      }
    }
    return best?.turn;
  }

  function giveOut(): void {
    while (running.size < total) {
      const isBacklogDue = lastLane === 'arrivals' && count(running, { lane: 'backlog' }) === 0;
      const next = isBacklogDue
        ? (nextOf('backlog') ?? nextOf('arrivals'))
        : (nextOf('arrivals') ?? nextOf('backlog'));
      if (next === undefined) return;
      waiting.delete(next);
      running.add(next);
      lastLane = next.lane;
      turns += 1;
      servedAt.set(next.userId, turns);
      next.start();
    }
  }

  function leave(turn: Turn): void {
    waiting.delete(turn);
    running.delete(turn);
    const { userId } = turn;
    if (count(waiting, { userId }) + count(running, { userId }) === 0) servedAt.delete(userId);
    giveOut();
  }

  return {
    async run({ lane, userId, signal }, job) {
      const started = Promise.withResolvers<void>();
      const turn: Turn = { lane, userId, start: started.resolve };
      const onAbort = () => started.reject(signal.reason);
      signal.throwIfAborted();
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.add(turn);
      giveOut();
      try {
        await started.promise;
        signal.removeEventListener('abort', onAbort);
        await job();
      } finally {
        leave(turn);
      }
    },
    held: (lane, userId) => {
      const of = userId === undefined ? { lane } : { lane, userId };
      return count(waiting, of) + count(running, of);
    },
  };
}
