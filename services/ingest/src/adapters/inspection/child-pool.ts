import { InspectionFault } from '../../domain/inspecting/inspection-fault.ts';
import { startInspectionChild, type ChildOptions, type InspectionChild } from './inspection-child.ts';

export interface PoolOptions extends ChildOptions {
  processes: number;
  /** A child is replaced after so many jobs, so that nothing a file did to it lasts. */
  jobsPerChild: number;
  /** Jobs that may wait for a child; more are turned away and come back later. */
  maxWaiting: number;
}

export interface ChildPool {
  /** A child for one job; waits for its turn. `fresh`: one that has had no job before. */
  take(signal: AbortSignal, fresh?: boolean): Promise<InspectionChild>;
  /** After every job, whatever came of it. One that is not reusable is killed. */
  giveBack(child: InspectionChild, reusable: boolean): void;
  close(): Promise<void>;
  load(): { readonly running: number; readonly waiting: number };
}

/** At most `processes` children at once, each with one job at a time: what happens to one is nobody else's. */
export function childPool(options: PoolOptions): ChildPool {
  const idle: InspectionChild[] = [];
  const alive = new Set<InspectionChild>();
  const waiting: PromiseWithResolvers<void>[] = [];
  let slots = options.processes;
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

  function leaveSlot(): void {
    const next = waiting.shift();
    if (next === undefined) slots += 1;
    else next.resolve();
  }

  async function enterSlot(signal: AbortSignal): Promise<void> {
    if (closed) throw new InspectionFault('inspector missing', 'us');
    signal.throwIfAborted();
    if (slots > 0) {
      slots -= 1;
      return;
    }
    if (waiting.length >= options.maxWaiting) throw new InspectionFault('queue full', 'us');
    const turn = Promise.withResolvers<void>();
    waiting.push(turn);
    const giveUp = () => {
      const at = waiting.indexOf(turn);
      if (at < 0) return;
      waiting.splice(at, 1);
      turn.reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp);
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  return {
    async take(signal, fresh = false) {
      await enterSlot(signal);
      try {
        if (!fresh) {
          const free = idle.pop();
          if (free !== undefined) return free;
        } else if (alive.size >= options.processes) idle.shift()?.kill();
        return await start();
      } catch (error) {
        leaveSlot();
        throw error;
      }
    },
    giveBack(child, reusable) {
      if (reusable && child.jobs < options.jobsPerChild && alive.has(child) && !closed) idle.push(child);
      else child.kill();
      leaveSlot();
    },
    load: () => ({ running: options.processes - slots, waiting: waiting.length }),
    async close() {
      closed = true;
      for (const turn of waiting.splice(0)) turn.reject(new InspectionFault('inspector missing', 'us'));
      const children = [...alive];
      for (const child of children) child.kill();
      await Promise.all(children.map(({ ended }) => ended));
    },
  };
}
