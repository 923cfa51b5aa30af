import type { Logger } from '../logging/logger.ts';
import { createPeriodicTask, type PeriodicTask } from './periodic-task.ts';

export interface Dependency {
  /** Whether it has ever answered: a process with a wrong address or without rights never becomes ready. */
  wasReached(): boolean;
  readonly task: PeriodicTask;
}

export interface DependencyOptions {
  name: string;
  /** A cheap call that needs the same rights as the service's own. */
  ask: () => Promise<unknown>;
  logger: Logger;
  intervalMs?: number;
}

/**
 * Something that a service cannot do its work without, asked until it has answered once. It is not asked again: an
 * outage of it later is one for all replicas, and whoever takes all of them out of service, or replaces them for it,
 * has none when it is over.
 */
export function awaitDependency({ name, ask, logger, intervalMs = 1_000 }: DependencyOptions): Dependency {
  let isReached = false;
  return {
    wasReached: () => isReached,
    task: createPeriodicTask({
      name: `look for ${name}`,
      intervalMs,
      maxIntervalMs: intervalMs,
      logger,
      run: async () => {
        if (isReached) return;
        await ask();
        isReached = true;
      },
    }),
  };
}
