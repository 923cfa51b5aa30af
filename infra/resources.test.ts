import { expect, it } from 'vitest';
import type {
  BucketResource,
  IndexResource,
  QueueResource,
  SubscriptionResource,
  TableResource,
} from './resource-types.ts';
import { buckets, queues, subscriptions, tables, topics } from './resources.ts';

const allTables = Object.values<TableResource>(tables);
const allQueues = Object.values<QueueResource>(queues);
const allBuckets = Object.values<BucketResource>(buckets);

const twice = (names: readonly string[]) => names.filter((name, i) => names.indexOf(name) !== i);

it('gives every table, queue, topic and bucket a name of its own', () => {
  expect(twice(allTables.map((table) => table.name))).toEqual([]);
  expect(twice(allQueues.flatMap((queue) => [queue.name, queue.deadLetterQueue.name]))).toEqual([]);
  expect(twice(Object.values(topics).map((topic) => topic.name))).toEqual([]);
  expect(twice(allBuckets.map((bucket) => bucket.name))).toEqual([]);
});

it('uses names that AWS takes', () => {
  // dynalite and DynamoDB: three letters or more.
  for (const { name } of allTables) expect(name).toMatch(/^[a-z_]{3,255}$/);
  for (const { name } of allQueues) expect(name).toMatch(/^[a-z-]{1,80}$/);
  for (const { name } of allBuckets) expect(name).toMatch(/^[a-z][a-z-]{1,61}[a-z]$/);
});

it.each(allQueues.map((queue) => [queue.name, queue] as const))(
  'gives %s a dead-letter queue that keeps messages longer, since they keep their first date',
  (_name, queue) => {
    expect(queue.deadLetterQueue.retentionSeconds).toBeGreaterThan(queue.retentionSeconds);
    expect(queue.deadLetterQueue.retentionSeconds).toBeLessThanOrEqual(14 * 86_400);
    expect(queue.maxReceiveCount).toBeGreaterThan(1);
  },
);

it.each(allTables.map((table) => [table.name, table] as const))(
  'gives %s keys that differ',
  (_name, table) => {
    const all: Pick<IndexResource, 'partitionKey' | 'sortKey'>[] = [table, ...table.indexes];
    for (const { partitionKey, sortKey } of all) expect(sortKey?.name).not.toBe(partitionKey.name);
    expect(twice(table.indexes.map((index) => index.name))).toEqual([]);
    const keys = all.flatMap(({ partitionKey, sortKey }) =>
      sortKey ? [partitionKey, sortKey] : [partitionKey],
    );
    const types = new Map<string, Set<string>>();
    for (const { name, type } of keys) types.set(name, (types.get(name) ?? new Set()).add(type));
    expect([...types].filter(([, each]) => each.size > 1)).toEqual([]);
    // TTL needs a number, and a key would make every item expire.
    expect(types.has(table.ttlAttribute ?? '')).toBe(false);
  },
);

it('keeps every table within what DynamoDB allows', () => {
  for (const table of allTables) expect(table.indexes.length).toBeLessThanOrEqual(20);
});

it('feeds every queue but those that services write to', () => {
  const fed = new Set([
    ...subscriptions.map((each: SubscriptionResource) => each.queue),
    ...allBuckets.flatMap((bucket) => bucket.notifications.map((rule) => rule.queue)),
  ]);
  expect(Object.keys(queues).filter((name) => !fed.has(name as keyof typeof queues))).toEqual([
    'objectCreatedBacklog',
    'downloads',
    'apiKeyUsage',
  ]);
});

it('lets the public read the derived pictures and nothing else', () => {
  expect(allBuckets.filter((bucket) => bucket.publicRead).map((bucket) => bucket.name)).toEqual([
    'cairn-media',
  ]);
});
