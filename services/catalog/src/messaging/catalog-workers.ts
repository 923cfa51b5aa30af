import { isOutage } from '@cairn/shared/aws/outage';
import { createPeriodicTask } from '@cairn/shared/lifecycle/periodic-task';
import type { Logger } from '@cairn/shared/logging/logger';
import type { QueueAddress } from '@cairn/shared/messaging/queue-address';
import type { SqsConsumer, SqsConsumerOptions } from '@cairn/shared/messaging/sqs-consumer';
import type { DownloadGrant } from '../domain/downloads/download-grant.ts';
import type { Replica } from '../domain/replica/replica.ts';
import { catalogEventsConsumer, type CatalogEventsDeps } from './catalog-events.consumer.ts';
import { downloadsConsumer } from './downloads.consumer.ts';

export interface CatalogWorkers {
  start(): void;
  stop(deadlineMs: number): Promise<void>;
  /**
   * Whether this replica knows the catalog, and its knowledge is not old for a reason of its own. While the tables are
   * away nothing can change, for any replica: what is in memory is better than nothing.
   */
  isReady(): boolean;
}

export interface QueueNames {
  readonly name: string;
  readonly deadLetterName: string;
}

export interface CatalogWorkersDeps {
  createConsumer: (
    options: Pick<SqsConsumerOptions, 'queue' | 'concurrency' | 'handle'> & QueueNames,
  ) => SqsConsumer;
  logger: Logger;
  eventsQueue: QueueAddress;
  downloadsQueue: QueueAddress;
  names: { events: QueueNames; downloads: QueueNames };
  events: CatalogEventsDeps;
  count: (grants: readonly DownloadGrant[]) => Promise<void>;
  replica: Pick<Replica, 'catchUp' | 'caughtUpAt'>;
  tailIntervalMs: number;
  sweepPurges: (signal: AbortSignal) => Promise<void>;
  sweepIntervalMs: number;
  keepSnapshots: () => Promise<void>;
  snapshotIntervalMs: number;
  compare: (signal: AbortSignal) => Promise<void>;
  compareIntervalMs: number;
  now: () => Date;
}

/** Each waits for a line in the log, one after the other; a cascade takes a place for as long as it lasts. */
const EVENTS_AT_ONCE = 64;
const DOWNLOADS_AT_ONCE = 500;
/** The totals of a group cost the same for one grant and for many: it may wait, and it may become large. */
const DOWNLOADS_GATHER_MS = 500;
const DOWNLOADS_IN_A_GROUP = 5_000;
/** Longer than a look at the log takes that fails in the end. */
const MAX_STALE_MS = 30_000;

/** What runs beside the requests: the tail of the log, the two consumers, the sweep of purges. */
export function catalogWorkers(deps: CatalogWorkersDeps): CatalogWorkers {
  const { logger, replica, now } = deps;
  const stopping = new AbortController();
  const consumers: SqsConsumer[] = [];

  let areTablesAway = false;
  async function catchUp(): Promise<void> {
    try {
      await replica.catchUp();
      areTablesAway = false;
    } catch (error) {
      areTablesAway = isOutage(error);
      throw error;
    }
  }

  const tail = createPeriodicTask({
    name: 'tail of the change log',
    intervalMs: deps.tailIntervalMs,
    maxIntervalMs: 2_000,
    logger,
    run: catchUp,
  });
  const sweep = createPeriodicTask({
    name: 'sweep of purges',
    intervalMs: deps.sweepIntervalMs,
    logger,
    run: deps.sweepPurges,
  });
  const snapshots = createPeriodicTask({
    name: 'snapshots',
    intervalMs: deps.snapshotIntervalMs,
    maxIntervalMs: 10 * 60_000,
    logger,
    run: deps.keepSnapshots,
  });
  const comparison = createPeriodicTask({
    name: 'comparison with the tables',
    intervalMs: deps.compareIntervalMs,
    maxIntervalMs: deps.compareIntervalMs,
    logger,
    run: deps.compare,
  });

  async function consume(
    address: QueueAddress,
    options: Pick<SqsConsumerOptions, 'concurrency' | 'handle'> & QueueNames,
  ): Promise<void> {
    const queue = await address.wait(stopping.signal);
    if (queue === undefined || stopping.signal.aborted) return;
    const consumer = deps.createConsumer({ ...options, queue });
    consumers.push(consumer);
    consumer.start();
  }

  return {
    start() {
      tail.start();
      sweep.start();
      snapshots.start();
      comparison.start();
      void consume(deps.eventsQueue, {
        ...deps.names.events,
        concurrency: EVENTS_AT_ONCE,
        handle: catalogEventsConsumer(deps.events),
      });
      void consume(deps.downloadsQueue, {
        ...deps.names.downloads,
        concurrency: DOWNLOADS_AT_ONCE,
        handle: downloadsConsumer({
          count: deps.count,
          gatherMs: DOWNLOADS_GATHER_MS,
          maxGroup: DOWNLOADS_IN_A_GROUP,
          now,
        }),
      });
    },
    async stop(deadlineMs) {
      stopping.abort();
      await Promise.all([
        tail.stop(),
        sweep.stop(),
        snapshots.stop(),
        comparison.stop(),
        ...consumers.map((consumer) => consumer.stop(deadlineMs)),
      ]);
    },
    isReady() {
      const at = replica.caughtUpAt();
      return at !== undefined && (areTablesAway || now().getTime() - at.getTime() < MAX_STALE_MS);
    },
  };
}
