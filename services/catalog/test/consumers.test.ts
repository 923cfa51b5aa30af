import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { delay, refuse } from '@cairn/infra/local/faults/rules';
import { queues, tables } from '@cairn/infra/resources';
import { aGrant, anEvent } from '../src/testing/builders.ts';
import { startCatalogWorld, type CatalogWorld, type RunningCatalog } from './support/catalog-world.ts';
import { wholeLog } from './support/change-log.ts';

const events = queues.catalogEvents.name;
const downloads = queues.downloads.name;
const patient = { timeout: 40_000, interval: 50 };

let world: CatalogWorld;
let catalog: RunningCatalog;

beforeAll(async () => {
  world = await startCatalogWorld();
});
afterEach(() => world.faults.clear());
afterAll(() => world.close());

const untilEmpty = (queue: string) =>
  vi.waitFor(async () => expect(await world.sizeOf(queue)).toBe(0), patient);
const entriesOf = async (asin: string) => (await wholeLog(world)).filter((each) => each.asin === asin);

async function startOne(): Promise<void> {
  catalog = world.startCatalog();
  await catalog.ready();
}

async function aPublishedAsset(): Promise<string> {
  const { asset } = await world.publish();
  await vi.waitFor(async () => expect(await entriesOf(asset.asin)).toHaveLength(1), patient);
  return asset.asin;
}

describe('a message whose handler failed', () => {
  it('comes again after a pause: an event is logged once, a download counts once', async () => {
    await startOne();
    const asin = await aPublishedAsset();
    await Promise.all([untilEmpty(events), untilEmpty(downloads)]);
    // The SDK tries three times: that is one message which failed.
    const refusing = [
      world.faults.dynamodb.add(refuse({ table: tables.changes.name, operation: 'PutItem', times: 3 })),
      world.faults.dynamodb.add(refuse({ table: tables.downloadCounts.name, times: 3 })),
    ];
    const event = anEvent({ asin, type: 'asset.updated', revision: 2 });
    await world.emit(event);
    await world.send(downloads, JSON.stringify(aGrant({ asin, at: new Date().toISOString() })));
    await vi.waitFor(() => expect(refusing.map((rule) => rule.hits)).toEqual([3, 3]), patient);
    await Promise.all([untilEmpty(events), untilEmpty(downloads)]);
    expect((await entriesOf(asin)).filter(({ id }) => id === event.id)).toHaveLength(1);
    expect(await world.read(asin)).toMatchObject({ downloads: 1 });
    await catalog.stop();
  });
});

describe('a catalog that stops', () => {
  it('finishes the event that is under way, and acknowledges it', async () => {
    await startOne();
    const asin = await aPublishedAsset();
    await untilEmpty(events);
    const slow = world.faults.dynamodb.add(
      delay({ table: tables.changes.name, operation: 'PutItem', ms: 400 }),
    );
    const event = anEvent({ asin, type: 'asset.updated', revision: 2 });
    await world.emit(event);
    await vi.waitFor(() => expect(slow.hits).toBeGreaterThan(0), patient);
    await catalog.stop();
    expect((await entriesOf(asin)).map(({ id }) => id)).toContain(event.id);
    expect(await world.sizeOf(events)).toBe(0);
  });

  it('finishes the downloads that it is counting, and acknowledges them', async () => {
    await startOne();
    const asin = await aPublishedAsset();
    await untilEmpty(downloads);
    const slow = world.faults.dynamodb.add(delay({ table: tables.downloadCounts.name, ms: 200, times: 1 }));
    for (let i = 0; i < 3; i += 1) {
      await world.send(downloads, JSON.stringify(aGrant({ asin, at: new Date().toISOString() })));
    }
    await vi.waitFor(() => expect(slow.hits).toBe(1), patient);
    await catalog.stop();
    // What it had not received when it was told to stop waits for the next one.
    const left = await world.sizeOf(downloads);
    const counted = await world.read(asin);
    expect(counted).toMatchObject({ downloads: 3 - left });
    await startOne();
    await vi.waitFor(async () => expect(await world.read(asin)).toMatchObject({ downloads: 3 }), patient);
    await catalog.stop();
  });
});

it('poison among the downloads is buried with the reason, and the others are counted', async () => {
  await startOne();
  const asin = await aPublishedAsset();
  await world.send(downloads, '{"id":"half"');
  await world.send(downloads, JSON.stringify(aGrant({ asin, at: new Date().toISOString() })));
  await vi.waitFor(async () => expect(await world.read(asin)).toMatchObject({ downloads: 1 }), patient);
  const buried = await vi.waitFor(async () => {
    const message = await world.receive(queues.downloads.deadLetterQueue.name);
    expect(message).toBeDefined();
    return message;
  }, patient);
  expect(buried).toMatchObject({
    Body: '{"id":"half"',
    MessageAttributes: { reason: { StringValue: 'not JSON' }, source_queue: { StringValue: downloads } },
  });
  await catalog.stop();
});
