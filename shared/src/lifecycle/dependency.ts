import type { Logger } from '../logging/logger.ts';
import { createPeriodicTask, type PeriodicTask } from './periodic-task.ts';

export interface Dependency {
  /** Whether it has ever answered: a process with a wrong address or without rights never becomes ready. */
  wasReached(): boolean;
  /** Whether it has answered of late. One slow or failed call changes nothing. */
  isAnswering(): boolean;
  readonly task: PeriodicTask;
}

export interface DependencyOptions {
  name: string;
  /** A cheap call that needs the same rights as the service's own. */
  ask: () => Promise<unknown>;
  logger: Logger;
  intervalMs?: number;
  /** How long it may be silent; longer than a call takes that fails in the end. */
  toleranceMs?: number;
  /** Monotonic milliseconds. */
  now?: () => number;
}

/** Something that a service cannot do its work without, asked at intervals whether it is there. */
export function watchDependency(options: DependencyOptions): Dependency {
  const { name, ask, logger, intervalMs = 2_000, toleranceMs = 20_000 } = options;
  const { now = () => performance.now() } = options;
  let answeredAt: number | undefined;
  return {
    wasReached: () => answeredAt !== undefined,
    isAnswering: () => answeredAt !== undefined && now() - answeredAt < toleranceMs,
    task: createPeriodicTask({
      name: `look at ${name}`,
      intervalMs,
      maxIntervalMs: intervalMs,
      logger,
      run: async () => {
        await ask();
        answeredAt = now();
      },
    }),
  };
}
