import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { duplicate, late, reorder } from '@cairn/infra/local/faults/message-rules';
import { loseAnswer, refuse } from '@cairn/infra/local/faults/rules';
import { queues, tables, topics } from '@cairn/infra/resources';
import { newId } from '@cairn/shared/ids';
import { anEvent } from '../src/testing/builders.ts';
import { startCatalogWorld, type CatalogWorld, type RunningCatalog } from './support/catalog-world.ts';
import { wholeLog } from './support/change-log.ts';

const queue = queues.catalogEvents.name;
const assetsTable = tables.assets.name;
const changesTable = tables.changes.name;

let world: CatalogWorld;
let catalogs: RunningCatalog[];

beforeAll(async () => {
  world = await startCatalogWorld();
  catalogs = [world.startCatalog(), world.startCatalog()];
  await Promise.all(catalogs.map((each) => each.ready()));
});
afterEach(async () => {
  await world.faults.clear();
  for (const { logLines } of catalogs) logLines.length = 0;
});
afterAll(() => world.close());

const soon = { timeout: 40_000, interval: 50 };
const entriesOf = async (asin: string) => (await wholeLog(world)).filter((each) => each.asin === asin);
const shownBy = async (catalog: RunningCatalog | undefined, asin: string) => {
  const answer = await catalog?.request(`/v1/assets/${asin}`);
  return answer?.status === 200 ? ((await answer.json()) as { name: string; revision: number }) : undefined;
};
const patch = (catalog: RunningCatalog | undefined, asin: string, as: string, name: string, revision = 1) =>
  catalog?.request(`/v1/assets/${asin}`, {
    method: 'PATCH',
    as,
    headers: { 'if-match': `"${revision}"`, 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });

async function expectDenseLog(): Promise<void> {
  const log = await wholeLog(world);
  expect(log.map((each) => each.seq)).toEqual(log.map((_, i) => i + 1));
  expect(new Set(log.map((each) => each.id)).size).toBe(log.length);
}

describe('an event', () => {
  it('delivered three times and to two consumers is in the log once, under one id (I3)', async () => {
    world.faults.sqs.add(duplicate({ queue, deliveries: 3 }));
    const published = await Promise.all([1, 2, 3, 4].map(() => world.publish()));
    for (const { asset } of published) {
      for (const catalog of catalogs) {
        await vi.waitFor(async () => expect(await shownBy(catalog, asset.asin)).toBeDefined(), soon);
      }
    }
    // The copies are still on their way; what comes after them tells that they have been handled.
    const { asset } = await world.publish();
    await vi.waitFor(async () => expect(await shownBy(catalogs[0], asset.asin)).toBeDefined(), soon);
    for (const each of published) expect(await entriesOf(each.asset.asin)).toHaveLength(1);
    await expectDenseLog();
  });

  it('that comes again long after is not appended again (I3)', async () => {
    const { asset } = await world.publish();
    await vi.waitFor(async () => expect(await entriesOf(asset.asin)).toHaveLength(1), soon);
    const [entry] = await entriesOf(asset.asin);
    const again = anEvent({ id: entry?.id ?? '', type: 'asset.published', asin: asset.asin, revision: 1 });
    for (let i = 0; i < 3; i += 1) await world.emit(again);
    const marker = await world.publish();
    await vi.waitFor(async () => expect(await entriesOf(marker.asset.asin)).toHaveLength(1), soon);
    expect(await entriesOf(asset.asin)).toHaveLength(1);
  });

  it('out of order and late leaves every replica with the newest revision (I12)', async () => {
    const { asset } = await world.publish();
    await vi.waitFor(async () => expect(await shownBy(catalogs[1], asset.asin)).toBeDefined(), soon);
    const held = world.faults.sqs.add(
      late({ queue, times: 1, where: ({ body }) => body.includes('"revision":2') }),
    );
    const shuffled = world.faults.sqs.add(reorder({ queue, window: 3 }));
    for (const revision of [1, 2, 3, 4]) {
      const answer = await patch(
        catalogs[0],
        asset.asin,
        asset.user_id,
        `Revision ${revision + 1}`,
        revision,
      );
      expect(answer?.status).toBe(200);
    }
    await shuffled.release();
    await vi.waitFor(
      async () => expect(await shownBy(catalogs[1], asset.asin)).toMatchObject({ revision: 5 }),
      soon,
    );
    await held.release();
    await vi.waitFor(async () => expect(await entriesOf(asset.asin)).toHaveLength(5), soon);
    for (const catalog of catalogs) expect(await shownBy(catalog, asset.asin)).toMatchObject({ revision: 5 });
    await expectDenseLog();
  });

  it('whose writer died between the write and the relay is published by the sweep (I4)', async () => {
    const { asset } = await world.publish();
    const event = anEvent({ asin: asset.asin, revision: 2, type: 'asset.updated', user_id: asset.user_id });
    // The write of an edit, and nothing after it.
    await world.document.send(
      new UpdateCommand({
        TableName: assetsTable,
        Key: { asin: asset.asin },
        UpdateExpression:
          'SET #name = :name, revision = :two, outbox = :outbox, outbox_shard = :shard, outbox_at = :at',
        ExpressionAttributeNames: { '#name': 'name' },
        ExpressionAttributeValues: {
          ':name': 'Left behind',
          ':two': 2,
          ':outbox': { [event.id]: event },
          ':shard': '0',
          ':at': event.occurred_at,
        },
      }),
    );
    await vi.waitFor(
      async () => expect(await shownBy(catalogs[1], asset.asin)).toMatchObject({ name: 'Left behind' }),
      soon,
    );
    await vi.waitFor(async () => expect((await world.read(asset.asin))?.outbox).toBeUndefined(), soon);
    expect((await entriesOf(asset.asin)).map((each) => each.id)).toContain(event.id);
  });

  it('waits in the item while the topic refuses, and keeps its id over lost answers (I3, I4)', async () => {
    const topic = topics.assetEvents.name;
    const refusing = world.faults.sns.add(refuse({ topic }));
    const { asset } = await world.publish();
    await vi.waitFor(() => expect(refusing.hits).toBeGreaterThan(2), soon);
    const waiting = Object.keys((await world.read(asset.asin))?.outbox ?? {});
    expect(waiting).toHaveLength(1);
    world.faults.sns.add(loseAnswer({ topic, times: 2 }));
    await refusing.release();
    await vi.waitFor(async () => expect(await shownBy(catalogs[0], asset.asin)).toBeDefined(), soon);
    expect((await entriesOf(asset.asin)).map((each) => each.id)).toEqual(waiting);
  });

  it('is appended once and densely although answers are lost and calls refused', async () => {
    world.faults.dynamodb.add(loseAnswer({ table: changesTable, operation: 'PutItem', probability: 0.3 }));
    world.faults.dynamodb.add(loseAnswer({ table: changesTable, operation: 'UpdateItem', probability: 0.3 }));
    world.faults.dynamodb.add(refuse({ table: changesTable, operation: 'Query', probability: 0.1 }));
    const published = await Promise.all(Array.from({ length: 10 }, () => world.publish()));
    for (const { asset } of published) {
      await vi.waitFor(async () => expect(await entriesOf(asset.asin)).toHaveLength(1), {
        timeout: 40_000,
        interval: 50,
      });
    }
    await world.faults.clear();
    await expectDenseLog();
  });
});

describe('an acknowledged write (I4, I5)', () => {
  it('PATCH whose answer from the table was lost is answered 200 and is one revision', async () => {
    const { asset } = await world.publish();
    const lost = world.faults.dynamodb.add(
      loseAnswer({
        table: assetsTable,
        operation: 'UpdateItem',
        times: 1,
        where: ({ body }) => JSON.stringify(body).includes('Once and only once'),
      }),
    );
    const answer = await patch(catalogs[0], asset.asin, asset.user_id, 'Once and only once');
    expect(lost.hits).toBe(1);
    expect(answer?.status).toBe(200);
    expect(await world.read(asset.asin)).toMatchObject({ name: 'Once and only once', revision: 2 });
    await vi.waitFor(
      async () => expect(await shownBy(catalogs[1], asset.asin)).toMatchObject({ revision: 2 }),
      soon,
    );
    await vi.waitFor(async () => expect(await entriesOf(asset.asin)).toHaveLength(2), soon);
  });

  it('DELETE whose answer from the table was lost is answered 204', async () => {
    const { asset } = await world.publish();
    const lost = world.faults.dynamodb.add(
      loseAnswer({ table: assetsTable, operation: 'PutItem', times: 1 }),
    );
    const answer = await catalogs[0]?.request(`/v1/assets/${asset.asin}`, {
      method: 'DELETE',
      as: asset.user_id,
    });
    expect(lost.hits).toBe(1);
    expect(answer?.status).toBe(204);
    expect(await world.read(asset.asin)).toMatchObject({ status: 'deleted', revision: 2 });
  });

  it('is refused with 503 and a time to come back, never 500, while the table cannot be reached', async () => {
    const { asset } = await world.publish();
    world.faults.dynamodb.add(refuse({ table: assetsTable, operation: 'GetItem' }));
    const answer = await patch(catalogs[0], asset.asin, asset.user_id, 'Not now');
    expect(answer?.status).toBe(503);
    expect(answer?.headers.get('retry-after')).toBe('1');
    expect(await answer?.json()).toMatchObject({ code: 'service.unavailable' });
    await world.faults.clear();
    expect(await world.read(asset.asin)).toMatchObject({ name: asset.name, revision: 1 });
  });
});

describe('a message that nobody can read', () => {
  it('goes to the dead-letter queue with the reason, and the queue goes on', async () => {
    const { CATALOG_EVENTS_DLQ = '' } = world.stack.environmentFor('catalog');
    await world.send(queue, '{"type":"asset.exploded"}');
    const { asset } = await world.publish();
    await vi.waitFor(async () => expect(await shownBy(catalogs[0], asset.asin)).toBeDefined(), soon);
    const buried = await vi.waitFor(async () => {
      const message = await world.receive(CATALOG_EVENTS_DLQ);
      expect(message).toBeDefined();
      return message;
    }, soon);
    expect(buried).toMatchObject({
      Body: '{"type":"asset.exploded"}',
      MessageAttributes: { reason: { StringValue: 'not an event that the catalog knows' } },
    });
  });
});

it('an unknown asset in an event does no harm', async () => {
  await world.emit(anEvent({ asin: newId('asset') }));
  const { asset } = await world.publish();
  await vi.waitFor(async () => expect(await shownBy(catalogs[1], asset.asin)).toBeDefined(), soon);
});
