import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { late } from '@cairn/infra/local/faults/message-rules';
import { internalError, loseAnswer, refuse } from '@cairn/infra/local/faults/rules';
import { buckets, queues, tables } from '@cairn/infra/resources';
import { newId } from '@cairn/shared/ids';
import { NOBODY } from '../src/domain/assets/nobody.ts';
import { anEvent, aRelease } from '../src/testing/builders.ts';
import {
  startCatalogWorld,
  type CatalogWorld,
  type Published,
  type RunningCatalog,
} from './support/catalog-world.ts';

const queue = queues.catalogEvents.name;
const soon = { timeout: 40_000, interval: 50 };

let world: CatalogWorld;
let catalog: RunningCatalog;

beforeAll(async () => {
  world = await startCatalogWorld();
  catalog = world.startCatalog({ PURGE_SWEEP_INTERVAL_MS: '200' });
  await catalog.ready();
});
afterEach(() => world.faults.clear());
afterAll(() => world.close());

const path = ({ asset }: Published) => `/v1/assets/${asset.asin}`;
const isShown = async (published: Published) => (await catalog.request(path(published))).status === 200;

async function shown(changes: Parameters<CatalogWorld['publish']>[0] = {}): Promise<Published> {
  const published = await world.publish(changes);
  await vi.waitFor(async () => expect(await isShown(published)).toBe(true), soon);
  return published;
}

const remove = (published: Published) =>
  catalog.request(path(published), { method: 'DELETE', as: published.asset.user_id });

/** Nothing but the tombstone: no object, no release, nothing due. */
async function expectNothingLeft(published: Published): Promise<void> {
  const { asset, release } = published;
  await vi.waitFor(async () => {
    expect(await world.objectsOf(asset.asin)).toBe(0);
    expect(await world.readRelease(asset.asin, release.release_id)).toBeUndefined();
    const item = await world.read(asset.asin);
    expect(item?.status).toBe('deleted');
    expect([item?.due_at, item?.outbox]).toEqual([undefined, undefined]);
  }, soon);
  expect(await isShown(published)).toBe(false);
}

describe('a deleted asset (I6)', () => {
  it('is not brought back by any event that comes late or again', async () => {
    const held = world.faults.sqs.add(late({ queue, times: 1 }));
    const published = await world.publish();
    const { asin } = published.asset;
    await vi.waitFor(() => expect(held.hits).toBe(1), soon);
    expect((await remove(published)).status).toBe(204);
    await held.release();
    for (const revision of [1, 2, 3]) await world.emit(anEvent({ asin, revision }));
    const after = await shown();
    expect(await isShown(after)).toBe(true);
    await expectNothingLeft(published);
  });

  it('whose purge fails at each of its steps, one after the other, is purged all the same', async () => {
    const [files, media] = [buckets.assets.name, buckets.media.name];
    const toldOf = (what: string) => ({
      operation: 'UpdateItem',
      table: tables.assets.name,
      where: ({ body }: { body: Record<string, unknown> }) => String(body.UpdateExpression).includes(what),
    });
    // Three times is once for the service: the SDK tries as often.
    const times = 3;
    const faults = [
      world.faults.s3.add(internalError({ operation: 'ListObjectsV2', bucket: files, times })),
      world.faults.s3.add(refuse({ operation: 'DeleteObjects', bucket: files, times })),
      world.faults.s3.add(refuse({ operation: 'ListObjectsV2', bucket: media, times })),
      world.faults.s3.add(loseAnswer({ operation: 'DeleteObjects', bucket: media, times })),
      world.faults.dynamodb.add(refuse({ operation: 'BatchWriteItem', table: tables.releases.name, times })),
      world.faults.dynamodb.add(refuse({ ...toldOf('due_at = :next'), times })),
      world.faults.dynamodb.add(loseAnswer({ ...toldOf('REMOVE due_shard'), times })),
    ];
    const published = await shown();
    expect((await remove(published)).status).toBe(204);
    await expectNothingLeft(published);
    for (const each of faults) expect(each.hits).toBeGreaterThan(0);
  });

  it('is purged by the sweep alone when its event is lost on the way', async () => {
    const published = await shown();
    world.faults.sqs.add(late({ queue, where: ({ body }) => body.includes('asset.deleted') }));
    expect((await remove(published)).status).toBe(204);
    await expectNothingLeft(published);
  });

  it.concurrent('loses a copy that arrives after the first pass, too', async () => {
    const published = await shown();
    const { asin } = published.asset;
    await remove(published);
    await vi.waitFor(async () => expect(await world.objectsOf(asin)).toBe(0), soon);
    await world.putObject(buckets.assets.name, `${asin}/late/1`, 'late');
    await expectNothingLeft(published);
  });

  it.concurrent('loses a release that was written but never named, too', async () => {
    const published = await shown();
    const stray = aRelease({ asin: published.asset.asin, version: '2.0.0' });
    await world.putRelease(stray);
    await remove(published);
    await expectNothingLeft(published);
    expect(await world.readRelease(stray.asin, stray.release_id)).toBeUndefined();
  });
});

describe("a deleted user's assets (I6)", () => {
  const userDeleted = (userId: string) => ({
    id: newId('event'),
    type: 'user.deleted' as const,
    occurred_at: new Date().toISOString(),
    revision: 2,
    user_id: userId,
  });

  it.concurrent('go with all they have, and no one else’s do', async () => {
    const user_id = newId('user');
    const [a, b, other] = [await shown({ user_id }), await shown({ user_id }), await shown()];
    await world.putUser(user_id, 'deleted');
    await world.emit(userDeleted(user_id));
    await expectNothingLeft(a);
    await expectNothingLeft(b);
    const found = await catalog.request(`/v1/assets?owner=${user_id}`);
    expect(await found.json()).toMatchObject({ total: 0 });
    expect(await isShown(other)).toBe(true);
    expect(await world.objectsOf(other.asset.asin)).toBe(2);
  });

  it.concurrent('stay when the user is there', async () => {
    const user_id = newId('user');
    const published = await shown({ user_id });
    await world.putUser(user_id, 'active');
    await world.emit(userDeleted(user_id));
    await vi.waitFor(
      () => expect(catalog.logLines.join('')).toContain('tells of the deletion of a user who is not deleted'),
      soon,
    );
    expect(await isShown(published)).toBe(true);
  });

  it('go also when the index does not show them yet, and when one is published meanwhile', async () => {
    const user_id = newId('user');
    await world.faults.dynamodb.lagIndex({ table: tables.assets.name, index: 'by_owner', ms: 800 });
    const first = await world.publish({ user_id });
    await world.putUser(user_id, 'deleted');
    await world.emit(userDeleted(user_id));
    const second = await world.publish({ user_id });
    await expectNothingLeft(first);
    await expectNothingLeft(second);
  });

  it('stay without an owner when the user wanted that', async () => {
    const user_id = newId('user');
    const published = await shown({ user_id });
    await world.putUser(user_id, 'deleted');
    await world.emit({ ...userDeleted(user_id), assets: 'keep' });
    await vi.waitFor(
      async () => expect(await world.read(published.asset.asin)).toMatchObject({ user_id: NOBODY }),
      soon,
    );
    expect(await isShown(published)).toBe(true);
    expect(await world.objectsOf(published.asset.asin)).toBe(2);
    expect((await remove(published)).status).toBe(403);
  });

  it('go although the table refuses in the middle', async () => {
    const user_id = newId('user');
    const mine = [await shown({ user_id }), await shown({ user_id }), await shown({ user_id })];
    await world.putUser(user_id, 'deleted');
    const refusing = world.faults.dynamodb.add(
      refuse({ table: tables.assets.name, operation: 'PutItem', after: 1, times: 3 }),
    );
    await world.emit(userDeleted(user_id));
    await vi.waitFor(() => expect(refusing.hits).toBe(3), soon);
    for (const each of mine) await expectNothingLeft(each);
  });
});
