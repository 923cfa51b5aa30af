import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { late } from '@cairn/infra/local/faults/message-rules';
import { internalError, loseAnswer, refuse } from '@cairn/infra/local/faults/rules';
import { buckets, queues, tables } from '@cairn/infra/resources';
import { newId } from '@cairn/shared/ids';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import { aFile, aRelease } from '../src/testing/builders.ts';
import {
  startCatalogWorld,
  type CatalogWorld,
  type Published,
  type RunningCatalog,
} from './support/catalog-world.ts';

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

/** An asset with two releases, the second with a file and the manifest of it. */
async function published(): Promise<Published & { second: ReleaseRecord }> {
  const made = await world.publish();
  const { asin, user_id } = made.asset;
  const [release_id, file_id] = [newId('release'), newId('file')];
  const key = `${asin}/${release_id}/${file_id}/1`;
  for (const each of [key, `${key}.manifest`]) await world.putObject(buckets.assets.name, each, 'second');
  const second = aRelease({ asin, release_id, user_id, version: '2.0.0', files: [aFile({ file_id, key })] });
  await world.publication.addRelease(second, newId('event'));
  await vi.waitFor(async () => {
    const answer = await catalog.request(`/v1/assets/${asin}/releases/2.0.0`);
    expect(answer.status).toBe(200);
  }, soon);
  return { ...made, second };
}

const remove = ({ asset }: Published) =>
  catalog.request(`/v1/assets/${asset.asin}/releases/2.0.0`, { method: 'DELETE', as: asset.user_id });

async function expectOnlyTheFirst({ asset, release, second }: Awaited<ReturnType<typeof published>>) {
  await vi.waitFor(async () => {
    // The first release's file, and a picture.
    expect(await world.objectsOf(asset.asin)).toBe(2);
    expect(await world.readRelease(asset.asin, second.release_id)).toBeUndefined();
    const item = await world.read(asset.asin);
    expect(item).toMatchObject({ status: 'published', version: '1.0.0', removed_versions: ['2.0.0'] });
    expect([item?.due_at, item?.due_shard, item?.outbox]).toEqual([undefined, undefined, undefined]);
  }, soon);
  expect(await world.readRelease(asset.asin, release.release_id)).toBeDefined();
  expect((await catalog.request(`/v1/assets/${asset.asin}/releases/2.0.0`)).status).toBe(404);
}

it('I6: a deleted release leaves nothing, and its version is never used again', async () => {
  const made = await published();
  expect((await remove(made)).status).toBe(204);
  await expectOnlyTheFirst(made);
  const again = aRelease({ asin: made.asset.asin, user_id: made.asset.user_id, version: '2.0.0' });
  expect(await world.publication.addRelease(again, newId('event'))).toEqual({ outcome: 'version_taken' });
});

it('I6: one whose purge fails at each of its steps, one after the other, is purged all the same', async () => {
  const [files, media] = [buckets.assets.name, buckets.media.name];
  const settling = {
    operation: 'UpdateItem',
    table: tables.assets.name,
    where: ({ body }: { body: Record<string, unknown> }) =>
      String(body.ConditionExpression).includes(':seen'),
  };
  // Three times is once for the service: the SDK tries as often.
  const times = 3;
  const faults = [
    world.faults.s3.add(internalError({ operation: 'ListObjectsV2', bucket: files, times })),
    world.faults.s3.add(refuse({ operation: 'DeleteObjects', bucket: files, times })),
    world.faults.s3.add(refuse({ operation: 'ListObjectsV2', bucket: media, times })),
    world.faults.dynamodb.add(refuse({ operation: 'DeleteItem', table: tables.releases.name, times })),
    world.faults.dynamodb.add(loseAnswer({ operation: 'DeleteItem', table: tables.releases.name, times })),
    world.faults.dynamodb.add(refuse({ ...settling, times })),
    world.faults.dynamodb.add(loseAnswer({ ...settling, times })),
  ];
  const made = await published();
  expect((await remove(made)).status).toBe(204);
  await expectOnlyTheFirst(made);
  for (const each of faults) expect(each.hits).toBeGreaterThan(0);
});

it('I6: one is purged by the sweep alone when its event is lost on the way', async () => {
  const made = await published();
  const queue = queues.catalogEvents.name;
  world.faults.sqs.add(late({ queue, where: ({ body }) => body.includes('release.deleted') }));
  expect((await remove(made)).status).toBe(204);
  await expectOnlyTheFirst(made);
});

it('I4: a deletion whose answer was lost is done once', async () => {
  const made = await published();
  world.faults.dynamodb.add(loseAnswer({ operation: 'UpdateItem', table: tables.assets.name, times: 1 }));
  expect((await remove(made)).status).toBe(204);
  await expectOnlyTheFirst(made);
  expect(await world.read(made.asset.asin)).toMatchObject({ revision: 3 });
});
