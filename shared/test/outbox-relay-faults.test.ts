import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { loseAnswer, refuse } from '@cairn/infra/local/faults/rules';
import { startTestStack, type FaultyTestStack } from '@cairn/infra/local/testing';
import { tables } from '@cairn/infra/resources';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDocumentClient, type Document } from '../src/aws/clients.ts';
import type { CairnEvent } from '../src/events/event-envelope.ts';
import { silentLogger } from '../src/logging/logger.ts';
import { createOutboxRelay } from '../src/messaging/outbox-relay.ts';
import { outboxWith } from '../src/messaging/outbox.ts';
import { expectOneHeldBack } from './support/one-held-back.ts';

const table = tables.assets.name;
let stack: FaultyTestStack;
let document: Document;

beforeAll(async () => {
  stack = await startTestStack({ faults: true });
  document = createDocumentClient();
});
afterAll(async () => {
  document.destroy();
  await stack.close();
});
afterEach(() => stack.faults.clear());

const anAsin = () => `asset_${randomUUID()}`;
const anEvent = (asin: string, revision = 1): CairnEvent => ({
  id: `event_${randomUUID()}`,
  type: 'asset.updated',
  occurred_at: new Date(revision * 1_000).toISOString(),
  asin,
  user_id: 'user_1',
  revision,
});

/** An item with events of the revisions 1 to `count`. */
async function anItem(count = 1) {
  const asin = anAsin();
  const events = Array.from({ length: count }, (_, i) => anEvent(asin, i + 1));
  const outbox = Object.fromEntries(events.map((event) => [event.id, event]));
  const [first = anEvent(asin)] = events;
  await document.send(
    new PutCommand({ TableName: table, Item: { asin, ...outboxWith(asin, first, outbox) } }),
  );
  return { asin, events, ids: events.map(({ id }) => id) };
}

async function pendingOf(asin: string): Promise<string[]> {
  const { Item } = await document.send(
    new GetCommand({ TableName: table, Key: { asin }, ConsistentRead: true }),
  );
  return Object.keys((Item?.outbox ?? {}) as Record<string, unknown>);
}

async function leftInIndex(): Promise<number> {
  const { Count = 0 } = await document.send(new ScanCommand({ TableName: table, IndexName: 'outbox' }));
  return Count;
}

function aRelay(publish: (event: CairnEvent) => Promise<void> = () => Promise.resolve()) {
  const ids: string[] = [];
  const relay = createOutboxRelay({
    document,
    table,
    keyName: 'asin',
    logger: silentLogger(),
    publish: async (event) => {
      await publish(event);
      ids.push(event.id);
    },
  });
  return { relay, ids };
}

describe('many events in one item', () => {
  test('leave in their order, more of them than one expression can name', async () => {
    const { asin, ids } = await anItem(130);
    const { relay, ids: published } = aRelay();
    await relay.relay(asin);
    expect(published).toEqual(ids);
    expect(await pendingOf(asin)).toEqual([]);
    expect(await leftInIndex()).toBe(0);
  });

  test('that left before one that cannot are not published again with it', async () => {
    const { asin, ids } = await anItem(5);
    let broken = true;
    const { relay, ids: published } = aRelay(async ({ revision }) => {
      if (broken && revision === 4) throw new Error('refused');
    });
    for (let i = 0; i < 3; i += 1) await expect(relay.relay(asin)).rejects.toThrow('refused');
    expect(published).toEqual(ids.slice(0, 3));
    expect((await pendingOf(asin)).sort()).toEqual(ids.slice(3).sort());
    broken = false;
    await relay.sweep();
    expect(published).toEqual(ids);
  });

  test('are published once when the writer and the sweep come together', async () => {
    const { asin, ids } = await anItem(3);
    const { relay, ids: published } = aRelay();
    await Promise.all([relay.relay(asin), relay.sweep(), relay.relay(asin)]);
    expect(published).toEqual(ids);
  });
});

describe('a relay that was frozen between publishing and removing', () => {
  test('removes nothing that came meanwhile', async () => {
    const { asin } = await anItem();
    const frozen = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const slow = aRelay(() => {
      reached.resolve();
      return frozen.promise;
    });
    const thawing = slow.relay.relay(asin);
    await reached.promise;
    const other = aRelay();
    await other.relay.sweep();
    expect(await pendingOf(asin)).toEqual([]);
    const next = anEvent(asin, 2);
    await document.send(new PutCommand({ TableName: table, Item: { asin, ...outboxWith(asin, next) } }));
    frozen.resolve();
    await thawing;
    expect(await pendingOf(asin)).toEqual([next.id]);
    await other.relay.sweep();
    expect(other.ids).toContain(next.id);
    expect(await leftInIndex()).toBe(0);
  });
});

describe('among many items', () => {
  // A thousand: outbox-relay-many.long.test.ts.
  test('one that cannot be published keeps none of the others back', () =>
    expectOneHeldBack({ document, table, items: 100 }));

  test('a topic that is away is not asked for each of them, and the task is told', async () => {
    const items = await Promise.all(Array.from({ length: 60 }, () => anItem()));
    let away = true;
    let tries = 0;
    const { relay, ids } = aRelay(async () => {
      tries += 1;
      if (away) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    });
    await expect(relay.sweep()).rejects.toThrow('away');
    expect(tries).toBeLessThanOrEqual(20);
    away = false;
    await relay.sweep();
    expect(ids.sort()).toEqual(items.flatMap((item) => item.ids).sort());
  });

  test('a sweep that is to end does not begin with the next', async () => {
    const items = await Promise.all(Array.from({ length: 40 }, () => anItem()));
    const stopping = new AbortController();
    const { relay, ids } = aRelay(async () => stopping.abort());
    await relay.sweep(stopping.signal);
    expect(ids.length).toBeLessThanOrEqual(4);
    const next = aRelay();
    await next.relay.sweep();
    expect(new Set([...ids, ...next.ids]).size).toBe(items.length);
  });
});

describe('over faults of the table', () => {
  test('an index that is behind hides an event for as long, and repeats none', async () => {
    const lag = await stack.faults.dynamodb.lagIndex({ table, index: 'outbox' });
    const { asin, ids } = await anItem();
    const { relay, ids: published } = aRelay();
    expect(await relay.sweep()).toBe(0);
    await lag.release();
    await relay.sweep();
    expect(published).toEqual(ids);
    // Now the index says that the event is there still.
    const again = await anItem();
    await stack.faults.dynamodb.lagIndex({ table, index: 'outbox' });
    await relay.relay(again.asin);
    expect(await relay.sweep()).toBe(1);
    expect(published).toEqual([...ids, ...again.ids]);
    expect(await pendingOf(asin)).toEqual([]);
  });

  test('every event is published and removed although answers are lost and calls refused', async () => {
    const items = await Promise.all(Array.from({ length: 20 }, () => anItem(3)));
    stack.faults.dynamodb.add(loseAnswer({ table, operation: 'UpdateItem', probability: 0.3 }));
    stack.faults.dynamodb.add(refuse({ table, operation: ['UpdateItem', 'GetItem'], probability: 0.2 }));
    const [one, other] = [aRelay(), aRelay()];
    await vi.waitFor(
      async () => {
        await Promise.allSettled([one.relay.sweep(), other.relay.sweep()]);
        expect(await leftInIndex()).toBe(0);
      },
      { timeout: 40_000 },
    );
    await stack.faults.clear();
    const published = new Set([...one.ids, ...other.ids]);
    expect([...published].sort()).toEqual(items.flatMap(({ ids }) => ids).sort());
    for (const { asin } of items) expect(await pendingOf(asin)).toEqual([]);
  });
});
