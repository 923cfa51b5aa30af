import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '../aws/clients.ts';
import { isConditionFailed } from '../aws/conditions.ts';
import type { CairnEvent } from '../events/event-envelope.ts';
import { createPeriodicTask, type PeriodicTask } from '../lifecycle/periodic-task.ts';
import type { Logger } from '../logging/logger.ts';
import type { PublishEvent } from './event-publisher.ts';
import { OUTBOX_SHARDS, outboxAttributes } from './outbox.ts';

export interface OutboxRelay {
  /** Publishes what waits in one item. The writer calls it after its write, so that events leave at once. */
  relay(key: string): Promise<void>;
  /** Publishes whatever waits in the table; resolves to the number of items found. */
  sweep(): Promise<number>;
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
  intervalMs?: number;
}

const PAGE_SIZE = 100;
const outboxItem = z.looseObject(outboxAttributes);

/**
 * Publish first, remove after: a crash between the two publishes again, under the same event id. The index
 * only tells where to look; the item is re-read consistently, because an index row can be ahead of its item.
 */
export function createOutboxRelay(options: OutboxRelayOptions): OutboxRelay {
  const { document, table, keyName, publish, logger } = options;

  /** The events in the item; undefined when the item is not in the outbox (any more). */
  async function readPending(key: string): Promise<CairnEvent[] | undefined> {
    const { Item } = await document.send(
      new GetCommand({ TableName: table, Key: { [keyName]: key }, ConsistentRead: true }),
    );
    const { outbox, outbox_shard } = outboxItem.parse(Item ?? {});
    if (outbox_shard === undefined) return undefined;
    return Object.values(outbox ?? {}).sort((a, b) => a.revision - b.revision);
  }

  async function update(
    key: string,
    expression: string,
    condition: string,
    eventIds: readonly string[],
    size?: number,
  ): Promise<boolean> {
    const names = Object.fromEntries(eventIds.map((id, i) => [`#e${i}`, id]));
    try {
      await document.send(
        new UpdateCommand({
          TableName: table,
          Key: { [keyName]: key },
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#outbox': 'outbox', ...names },
          ...(size === undefined ? {} : { ExpressionAttributeValues: { ':size': size } }),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }

  /** Removes what was published, and with the last event the index keys; a newer event stays. */
  async function remove(key: string, published: readonly CairnEvent[]): Promise<void> {
    const ids = published.map((event) => event.id);
    const paths = ids.map((_, i) => `#outbox.#e${i}`);
    const all = ['size(#outbox) = :size', ...paths.map((path) => `attribute_exists(${path})`)].join(' AND ');
    const leaveIndex = 'REMOVE #outbox, outbox_shard, outbox_at';
    if (await update(key, leaveIndex, all, ids, ids.length)) return;
    if (ids.length > 0) await update(key, `REMOVE ${paths.join(', ')}`, 'attribute_exists(#outbox)', ids);
    const empty =
      'attribute_exists(outbox_shard) AND (attribute_not_exists(#outbox) OR size(#outbox) = :size)';
    await update(key, leaveIndex, empty, [], 0);
  }

  async function relay(key: string): Promise<void> {
    const pending = await readPending(key);
    if (pending === undefined) return;
    for (const event of pending) await publish(event);
    await remove(key, pending);
  }

  async function sweepShard(shard: string): Promise<number> {
    let found = 0;
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
        await relay(key).catch((error: unknown) =>
          logger.warn({ err: error, table }, 'relaying an event failed'),
        );
      }
      found += Items.length;
      after = LastEvaluatedKey;
    } while (after !== undefined);
    return found;
  }

  async function sweep(): Promise<number> {
    const shards = Array.from({ length: OUTBOX_SHARDS }, (_, i) => String(i));
    const found = await Promise.all(shards.map(sweepShard));
    return found.reduce((sum, n) => sum + n, 0);
  }

  return {
    relay,
    sweep,
    task: createPeriodicTask({
      name: `outbox relay of ${table}`,
      intervalMs: options.intervalMs ?? 400,
      logger,
      run: async () => void (await sweep()),
    }),
  };
}
