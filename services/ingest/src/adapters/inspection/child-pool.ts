import { InspectionFault } from '../../domain/inspecting/inspection-fault.ts';
import { startInspectionChild, type ChildOptions, type InspectionChild } from './inspection-child.ts';

export interface PoolOptions extends ChildOptions {
  processes: number;
  /** Whether there may be one more for somebody else, where one user's jobs hold all of them. */
  spare: boolean;
  /** A child is replaced after so many jobs, so that nothing a file did to it lasts. */
  jobsPerChild: number;
  /** Jobs that may wait for a child; more are turned away and come back later. */
  maxWaiting: number;
}

/** Whose job it is, and whether it wants a child that has had no job before. */
export interface JobTurn {
  userId: string;
  fresh: boolean;
}

export interface ChildPool {
  /** A child for one job; waits for its turn. */
  take(turn: JobTurn, signal: AbortSignal): Promise<InspectionChild>;
  /** After every job, whatever came of it. One that is not reusable is killed. */
  giveBack(child: InspectionChild, turn: JobTurn, reusable: boolean): void;
  close(): Promise<void>;
  load(): { readonly running: number; readonly waiting: number };
}

/**
 * At most `processes` children at once, each with one job at a time: what happens to one is nobody else's.
 * Of those who wait, the user with the fewest jobs under way is next; and where one user's jobs, which may
 * take half an hour, hold all children, somebody else gets one more.
 */
export function childPool(options: PoolOptions): ChildPool {
  const idle: InspectionChild[] = [];
  const alive = new Set<InspectionChild>();
  const waiting: { userId: string; turn: PromiseWithResolvers<void> }[] = [];
  /** How many jobs of each user are under way. */
  const running = new Map<string, number>();
  let closed = false;

  async function start(): Promise<InspectionChild> {
    const child = await startInspectionChild(options);
    alive.add(child);
    void child.ended.then(() => {
      alive.delete(child);
      const at = idle.indexOf(child);
      if (at >= 0) idle.splice(at, 1);
    });
    if (closed) child.kill();
    return child;
  }

  const jobsUnderWay = () => [...running.values()].reduce((sum, count) => sum + count, 0);

  function mayStart(userId: string): boolean {
    const jobs = jobsUnderWay();
    if (jobs < options.processes) return true;
    const hasSpare = options.spare && jobs === options.processes;
    return hasSpare && running.size === 1 && !running.has(userId);
  }

  const enter = (userId: string) => void running.set(userId, (running.get(userId) ?? 0) + 1);

  function leave(userId: string): void {
    const left = (running.get(userId) ?? 1) - 1;
    if (left > 0) running.set(userId, left);
    else running.delete(userId);
    const [next] = waiting
      .filter((each) => mayStart(each.userId))
      .sort((a, b) => (running.get(a.userId) ?? 0) - (running.get(b.userId) ?? 0));
    if (next === undefined) return;
    waiting.splice(waiting.indexOf(next), 1);
    enter(next.userId);
    next.turn.resolve();
  }

  async function untilTurn(userId: string, signal: AbortSignal): Promise<void> {
    if (closed) throw new InspectionFault('inspector missing', 'us');
    signal.throwIfAborted();
    if (mayStart(userId)) return enter(userId);
    if (waiting.length >= options.maxWaiting) throw new InspectionFault('queue full', 'us');
    const mine = { userId, turn: Promise.withResolvers<void>() };
    waiting.push(mine);
    const giveUp = () => {
      const at = waiting.indexOf(mine);
      if (at < 0) return;
      waiting.splice(at, 1);
      mine.turn.reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp);
    try {
      await mine.turn.promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  return {
    async take({ userId, fresh }, signal) {
      await untilTurn(userId, signal);
      try {
        if (!fresh) {
          const free = idle.pop();
          if (free !== undefined) return free;
        } else if (alive.size >= options.processes) idle.shift()?.kill();
        return await start();
      } catch (error) {
        leave(userId);
        throw error;
      }
    },
    giveBack(child, { userId }, reusable) {
      const isSpare = alive.size > options.processes;
      const stays = reusable && child.jobs < options.jobsPerChild && alive.has(child) && !closed && !isSpare;
      if (stays) idle.push(child);
      else child.kill();
      leave(userId);
    },
    load: () => ({ running: jobsUnderWay(), waiting: waiting.length }),
    async close() {
      closed = true;
      for (const { turn } of waiting.splice(0)) turn.reject(new InspectionFault('inspector missing', 'us'));
      const children = [...alive];
      for (const child of children) child.kill();
      await Promise.all(children.map(({ ended }) => ended));
    },
  };
}
