import { randomUUID } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { tables } from '@cairn/infra/resources';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDocumentClient, type Document } from '../src/aws/clients.ts';
import type { CairnEvent } from '../src/events/event-envelope.ts';
import { silentLogger } from '../src/logging/logger.ts';
import type { PublishEvent } from '../src/messaging/event-publisher.ts';
import { createOutboxRelay, type OutboxRelay } from '../src/messaging/outbox-relay.ts';
import { outboxShard, outboxWith } from '../src/messaging/outbox.ts';

const table = tables.assets.name;
const PATIENT = { timeout: 40_000, interval: 50 };
let stack: TestStack;
let document: Document;
const keys: string[] = [];

beforeAll(async () => {
  stack = await startTestStack();
  document = createDocumentClient();
});
afterAll(async () => {
  document.destroy();
  await stack.close();
});
afterEach(async () => {
  for (const asin of keys.splice(0))
    await document.send(new DeleteCommand({ TableName: table, Key: { asin } }));
});

const aKey = (): string => {
  const key = `asset_${randomUUID()}`;
  keys.push(key);
  return key;
};

const anEvent = (asin: string, revision = 1): CairnEvent => ({
  id: `event_${randomUUID()}`,
  type: 'asset.updated',
  occurred_at: new Date(revision * 1_000).toISOString(),
  asin,
  user_id: 'user_1',
  revision,
});

const write = (item: Record<string, unknown>) =>
  document.send(new PutCommand({ TableName: table, Item: item }));

/** Each event in an item of its own. */
async function writeAll(events: readonly CairnEvent[]): Promise<void> {
  for (const event of events) {
    if ('asin' in event) await write({ asin: event.asin, ...outboxWith(event.asin, event) });
  }
}

async function read(asin: string): Promise<Record<string, unknown> | undefined> {
  const { Item } = await document.send(
    new GetCommand({ TableName: table, Key: { asin }, ConsistentRead: true }),
  );
  return Item;
}

/** A relay that remembers what it published; `publish` comes first and may fail. */
function aRelay(publish: PublishEvent = () => Promise.resolve(), through: Document = document) {
  const published: CairnEvent[] = [];
  const relay: OutboxRelay = createOutboxRelay({
    document: through,
    table,
    keyName: 'asin',
    logger: silentLogger(),
    intervalMs: 20,
    publish: async (event) => {
      await publish(event);
      published.push(event);
    },
  });
  return { relay, published, ids: () => published.map(({ id }) => id) };
}

/** The document client, with some commands failing before they are sent. */
function failing(fails: (commandName: string) => boolean): Document {
  const send = (command: object, ...rest: unknown[]) =>
    fails(command.constructor.name)
      ? Promise.reject(new Error('no answer from the table'))
      : (document.send as (...args: unknown[]) => Promise<unknown>).call(document, command, ...rest);
  return Object.assign(Object.create(document) as Document, { send });
}

describe('an event in the outbox of an item', () => {
  test('is published, then removed together with the index keys; the item stays', async () => {
    const asin = aKey();
    const event = anEvent(asin);
    await write({ asin, name: 'kept', revision: 7, ...outboxWith(asin, event) });
    const { relay, published } = aRelay();
    await relay.relay(asin);
    expect(published).toEqual([event]);
    expect(await read(asin)).toEqual({ asin, name: 'kept', revision: 7 });
    expect(await relay.sweep()).toBe(0);
  });

  test('is found by a sweep of any relay', async () => {
    const events = Array.from({ length: 12 }, () => anEvent(aKey()));
    await writeAll(events);
    const { relay, ids } = aRelay();
    expect(await relay.sweep()).toBe(12);
    expect(ids().sort()).toEqual(events.map(({ id }) => id).sort());
  });

  test('goes out in the order of revisions with others of the same item', async () => {
    const asin = aKey();
    const [first, second, third] = [anEvent(asin), anEvent(asin, 2), anEvent(asin, 3)];
    await write({ asin, ...outboxWith(asin, second, { [third.id]: third, [first.id]: first }) });
    const { relay, ids } = aRelay();
    await relay.relay(asin);
    expect(ids()).toEqual([first.id, second.id, third.id]);
    expect(await read(asin)).toEqual({ asin });
  });

  test('that cannot be published stays, and is published by a later sweep', async () => {
    const asin = aKey();
    const event = anEvent(asin);
    await write({ asin, ...outboxWith(asin, event) });
    let broken = true;
    const { relay, ids } = aRelay(() => (broken ? Promise.reject(new Error('no topic')) : Promise.resolve()));
    await expect(relay.relay(asin)).rejects.toThrow('no topic');
    expect(await relay.sweep()).toBe(1);
    expect(ids()).toEqual([]);
    broken = false;
    await relay.sweep();
    expect(ids()).toEqual([event.id]);
    expect(await read(asin)).toEqual({ asin });
  });

  test('is published again under the same id after a crash between publishing and removing', async () => {
    const asin = aKey();
    const event = anEvent(asin);
    await write({ asin, ...outboxWith(asin, event) });
    const crashing = aRelay(
      undefined,
      failing((name) => name === 'UpdateCommand'),
    );
    await expect(crashing.relay.relay(asin)).rejects.toThrow('no answer');
    const next = aRelay();
    await next.relay.sweep();
    expect([...crashing.published, ...next.published]).toEqual([event, event]);
    expect(await read(asin)).toEqual({ asin });
  });

  test('that another writer adds while the first is on its way is kept, and follows', async () => {
    const asin = aKey();
    const [first, second] = [anEvent(asin, 1), anEvent(asin, 2)];
    await write({ asin, ...outboxWith(asin, first) });
    let added = false;
    const { relay, ids } = aRelay(async () => {
      if (added) return;
      added = true;
      await write({ asin, ...outboxWith(asin, second, { [first.id]: first }) });
    });
    await relay.relay(asin);
    expect(ids()).toEqual([first.id]);
    expect(await read(asin)).toMatchObject({
      outbox: { [second.id]: second },
      outbox_shard: outboxShard(asin),
    });
    await relay.sweep();
    expect(ids()).toEqual([first.id, second.id]);
    expect(await read(asin)).toEqual({ asin });
  });

  test('that another writer puts in its place is kept', async () => {
    const asin = aKey();
    const [first, second] = [anEvent(asin, 1), anEvent(asin, 2)];
    await write({ asin, ...outboxWith(asin, first) });
    const { relay } = aRelay(async (event) => {
      if (event.id === first.id) await write({ asin, ...outboxWith(asin, second) });
    });
    await relay.relay(asin);
    expect(await read(asin)).toMatchObject({
      outbox: { [second.id]: second },
      outbox_shard: outboxShard(asin),
    });
  });

  test('is published at least once, and nothing is left, with two relays at once', async () => {
    const events = Array.from({ length: 20 }, () => anEvent(aKey()));
    await writeAll(events);
    const [one, other] = [aRelay(), aRelay()];
    await Promise.all([one.relay.sweep(), other.relay.sweep()]);
    expect([...new Set([...one.ids(), ...other.ids()])].sort()).toEqual(events.map(({ id }) => id).sort());
    expect(await aRelay().relay.sweep()).toBe(0);
  });

  test('is removed beside an update of other attributes, which stays', async () => {
    const asin = aKey();
    const event = anEvent(asin);
    await write({ asin, downloads: 0, ...outboxWith(asin, event) });
    const { relay } = aRelay(async () => {
      await document.send(
        new UpdateCommand({
          TableName: table,
          Key: { asin },
          UpdateExpression: 'ADD downloads :one',
          ExpressionAttributeValues: { ':one': 1 },
        }),
      );
    });
    await relay.relay(asin);
    expect(await read(asin)).toEqual({ asin, downloads: 1 });
  });
});

describe('what the index says', () => {
  test.each([
    ['an empty outbox', { outbox: {} }],
    ['no outbox', {}],
  ])('of an item with %s is cleaned up, and nothing is published', async (_, outbox) => {
    const asin = aKey();
    await write({ asin, name: 'kept', ...outbox, outbox_shard: outboxShard(asin), outbox_at: '2026-01-01' });
    const { relay, published } = aRelay();
    expect(await relay.sweep()).toBe(1);
    expect(published).toEqual([]);
    expect(await read(asin)).toEqual({ asin, name: 'kept' });
    expect(await relay.sweep()).toBe(0);
  });

  test('of an item that is not there makes nothing, and is no fault', async () => {
    const { relay, published } = aRelay();
    await relay.relay('asset_gone');
    expect(published).toEqual([]);
    expect(await read('asset_gone')).toBeUndefined();
  });

  test('of an item that was deleted meanwhile brings nothing back', async () => {
    const asin = aKey();
    await write({ asin, ...outboxWith(asin, anEvent(asin)) });
    const { relay } = aRelay(async () => {
      await document.send(new DeleteCommand({ TableName: table, Key: { asin } }));
    });
    await relay.relay(asin);
    expect(await read(asin)).toBeUndefined();
  });

  test('of items that cannot be read does not keep the others from being published', async () => {
    const good = aKey();
    for (let i = 0; i < 120; i += 1) {
      const asin = aKey();
      await write({
        asin,
        outbox: { x: 'not an event' },
        outbox_shard: outboxShard(good),
        outbox_at: '2000-01-01',
      });
    }
    const event = anEvent(good);
    await write({ asin: good, ...outboxWith(good, event) });
    const { relay, ids } = aRelay();
    await relay.sweep();
    expect(ids()).toEqual([event.id]);
  });
});

describe('the relay as a task', () => {
  test('finds what others write, without being told, and stops', async () => {
    const { relay, ids } = aRelay();
    relay.task.start();
    const asin = aKey();
    const event = anEvent(asin);
    await write({ asin, ...outboxWith(asin, event) });
    await vi.waitFor(() => expect(ids()).toEqual([event.id]), PATIENT);
    await vi.waitFor(async () => expect(await read(asin)).toEqual({ asin }), PATIENT);
    await relay.task.stop();
  });
});
