import { AsyncLocalStorage } from 'node:async_hooks';
import type { Through } from './memory-ingest.ts';

/** How one run of a process ends: by itself, or killed around its `call`th call of a port. */
export interface Fate {
  readonly call: number;
  /** `after`: the call was done and nobody learned of it. */
  readonly when: 'before' | 'after';
}

class Killed extends Error {}

/**
 * Ports that a run can die at. A run that was killed gets nothing done any more, not even in its catch
 * blocks, as after kill -9. Runs at the same time are interleaved at every call.
 */
export function mortalProcesses() {
  const runs = new AsyncLocalStorage<{ fate: Fate | undefined; calls: number; dead: boolean }>();

  const through: Through = (port) =>
    new Proxy(port, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]): Promise<unknown> => {
          const run = runs.getStore();
          const dies = run !== undefined && run.calls++ === run.fate?.call;
          if (run?.dead === true) throw new Killed();
          await Promise.resolve();
          if (dies && run.fate?.when === 'before') {
            run.dead = true;
            throw new Killed();
          }
          const result: unknown = await Reflect.apply(method, target, args);
          if (dies) {
            run.dead = true;
            throw new Killed();
          }
          return result;
        };
      },
    });

  return {
    through,
    /** Resolves to whether the run came to its end. */
    async run(fate: Fate | undefined, work: () => Promise<unknown>): Promise<boolean> {
      const state = { fate, calls: 0, dead: false };
      try {
        await runs.run(state, work);
      } catch (error) {
        if (!state.dead) throw error;
      }
      return !state.dead;
    },
  };
}
