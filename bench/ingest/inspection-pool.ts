import { availableParallelism } from 'node:os';
import {
  childProcessInspector,
  type ChildProcessInspector,
} from '@cairn/ingest/src/adapters/inspection/child-process-inspector.ts';
import type { Scope } from '../scope.ts';

/** Ingest's own pool, with one child more than there are cores, as the configuration advises. */
export function startInspectionPool(scope: Scope): Promise<ChildProcessInspector> {
  const inspector = childProcessInspector({
    processes: availableParallelism() + 1,
    timeoutMs: 60_000,
    stallMs: 60_000,
    maxRssBytes: 512 * 2 ** 20,
    roomyRssBytes: 1536 * 2 ** 20,
    jobsPerChild: 500,
    maxWaiting: 1_000,
    acceptPrograms: false,
  });
  return scope.hold(inspector, (pool) => pool.close());
}
