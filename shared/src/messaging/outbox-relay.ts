import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '../aws/clients.ts';
import { isOutage } from '../aws/outage.ts';
import type { CairnEvent } from '../events/event-envelope.ts';
import { createPeriodicTask, type PeriodicTask } from '../lifecycle/periodic-task.ts';
import type { Logger } from '../logging/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { following, traced } from '../telemetry/tracing.ts';
import type { PublishEvent } from './event-publisher.ts';
import { removeFromOutbox } from './outbox-removal.ts';
import { OUTBOX_SHARDS, outboxAttributes } from './outbox.ts';

export interface OutboxRelay {
  /** Publishes what waits in one item. The writer calls it after its write, so that events leave at once. */
  relay(key: string): Promise<void>;
  /**
   * Publishes whatever waits in the table; resolves to the number of items found. Rejects when the topic or the
   * table seems to be away. An aborted signal ends it after the items under way.
   */
  sweep(signal?: AbortSignal): Promise<number>;
  /** Sweeps forever: finds what other services wrote and what a crash left over. */
  readonly task: PeriodicTask;
}

export interface OutboxRelayOptions {
  document: Document;
  table: string;
  /** Name of the table's (only) key attribute. */
  keyName: string;
  publish: PublishEvent;
  logger: Logger;
  metrics?: Metrics | undefined;
  intervalMs?: number;
}

interface Found {
  readonly items: number;
  readonly oldestAt: number | undefined;
}

const PAGE_SIZE = 100;
/** Published before they are removed together: what a crash repeats at most, and what fits one expression. */
const EVENTS_AT_ONCE = 20;
/** So many items in a row that fail for an outage are not to blame themselves. */
const OUTAGE_AFTER = 5;
const outboxItem = z.looseObject(outboxAttributes);

/**
 * Publish first, remove after: a crash between the two publishes again, under the same event id. The index
 * only tells where to look; the item is re-read consistently, because an index row can be ahead of its item.
 */
export function createOutboxRelay(options: OutboxRelayOptions): OutboxRelay {
  const { document, table, keyName, publish, logger } = options;
  const underWay = new Map<string, Promise<void>>();
  /** As the last sweep that came to an end has found it, and when it did. */
  let backlog: Found | undefined;
  const ofTable = (value: number) => [{ labels: { table }, value }];
  options.metrics?.sampled('cairn_outbox_items', () => backlog && ofTable(backlog.items));
  options.metrics?.sampled(
    'cairn_outbox_oldest_age_seconds',
    () =>
      backlog &&
      ofTable(backlog.oldestAt === undefined ? 0 : Math.max(0, Date.now() - backlog.oldestAt) / 1_000),
  );

  /** Belongs to the trace of the request that has written the event. */
  const publishTraced = (event: CairnEvent) =>
    following(event.origin, {}, () =>
      traced(
        'event.publish',
        { kind: 'producer', attributes: { 'event.type': event.type, 'event.id': event.id } },
        () => publish(event),
      ),
    );

  /** The events in the item; undefined when the item is not in the outbox (any more). */
  async function readPending(key: string): Promise<CairnEvent[] | undefined> {
    const { Item } = await document.send(
      new GetCommand({ TableName: table, Key: { [keyName]: key }, ConsistentRead: true }),
    );
    const { outbox, outbox_shard } = outboxItem.parse(Item ?? {});
    if (outbox_shard === undefined) return undefined;
    return Object.values(outbox ?? {}).sort((a, b) => a.revision - b.revision);
  }

  const remove = (key: string, published: readonly CairnEvent[]) =>
    removeFromOutbox(
      document,
      { table, key: { [keyName]: key } },
      published.map((event) => event.id),
    );

  async function publishAll(key: string): Promise<void> {
    const pending = await readPending(key);
    if (pending?.length === 0) await remove(key, []);
    let published: CairnEvent[] = [];
    for (const event of pending ?? []) {
      try {
        await publishTraced(event);
      } catch (error) {
        // Those before it have left, and must not leave again with every try of this one.
        if (published.length > 0) await remove(key, published);
        throw error;
      }
      published.push(event);
      if (published.length < EVENTS_AT_ONCE && event !== pending?.at(-1)) continue;
      await remove(key, published);
      published = [];
    }
  }

  /** One at a time an item: the writer and the sweep would publish the same events together. */
  function relay(key: string): Promise<void> {
    const before = underWay.get(key) ?? Promise.resolve();
    const job: Promise<void> = before
      .catch(() => undefined)
      .then(() => publishAll(key))
      .finally(() => {
        if (underWay.get(key) === job) underWay.delete(key);
      });
    underWay.set(key, job);
    return job;
  }

  async function sweepShard(shard: string, signal: AbortSignal | undefined): Promise<Found> {
    let items = 0;
    let oldestAt: number | undefined;
    let outages = 0;
    let after: Record<string, unknown> | undefined;
    // To the end: items whose relay fails stay at the front of the index, and must not hide the rest.
    do {
      const { Items = [], LastEvaluatedKey } = await document.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'outbox',
          KeyConditionExpression: 'outbox_shard = :shard',
          ExpressionAttributeValues: { ':shard': shard },
          Limit: PAGE_SIZE,
          ...(after === undefined ? {} : { ExclusiveStartKey: after }),
        }),
      );
      for (const item of Items) {
        const key: unknown = item[keyName];
        if (typeof key !== 'string') continue;
        if (signal?.aborted === true) return { items, oldestAt };
        items += 1;
        // In the index's order; the item may be written again while it is looked at.
        oldestAt ??= Date.parse(String(item.outbox_at)) || undefined;
        try {
          await relay(key);
          outages = 0;
        } catch (error) {
          logger.warn({ err: error, table }, 'relaying an event failed');
          outages = isOutage(error) ? outages + 1 : outages;
          if (outages === OUTAGE_AFTER) throw error;
        }
      }
      after = LastEvaluatedKey;
    } while (after !== undefined);
    return { items, oldestAt };
  }

  async function sweep(signal?: AbortSignal): Promise<number> {
    const shards = Array.from({ length: OUTBOX_SHARDS }, (_, i) => sweepShard(String(i), signal));
    // All of them end before the next sweep begins, also when one fails.
    const results = await Promise.allSettled(shards);
    let items = 0;
    let oldestAt: number | undefined;
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason;
      items += result.value.items;
      oldestAt = earlier(oldestAt, result.value.oldestAt);
    }
    backlog = { items, oldestAt };
    return items;
  }

  return {
    relay,
    sweep,
    task: createPeriodicTask({
      name: `outbox relay of ${table}`,
      intervalMs: options.intervalMs ?? 400,
      logger,
      run: async (signal) => void (await sweep(signal)),
    }),
  };
}

const earlier = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
