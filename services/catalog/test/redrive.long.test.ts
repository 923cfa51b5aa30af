import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { createAwsClients, type AwsClients } from '@cairn/infra/aws-clients';
import { queues } from '@cairn/infra/resources';
import { newId } from '@cairn/shared/ids';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { aGrant, anEvent } from '../src/testing/builders.ts';
import {
  startCatalogWorld,
  type CatalogWorld,
  type Published,
  type RunningCatalog,
} from './support/catalog-world.ts';
import { wholeLog } from './support/change-log.ts';
import { startDlq } from './support/dlq-command.ts';

const LETTERS = 1_000;
const REPEATS = 10;
const THREE_DAYS_AGO = new Date(Date.now() - 3 * 86_400_000).toISOString();
const patient = { timeout: 40_000, interval: 100 };

let world: CatalogWorld;
let catalog: RunningCatalog;
let aws: AwsClients;

beforeAll(async () => {
  world = await startCatalogWorld();
  catalog = world.startCatalog();
  await catalog.ready();
  aws = createAwsClients(world.stack.local.connection);
});
afterAll(async () => {
  aws.destroy();
  await world.close();
});

const status = async ({ asset }: Published) => (await catalog.request(`/v1/assets/${asset.asin}`)).status;
const publishMany = (count: number, changes: Parameters<CatalogWorld['publish']>[0] = {}) =>
  Promise.all(Array.from({ length: count }, () => world.publish(changes)));

async function bury(queue: 'catalogEvents' | 'downloads', bodies: readonly string[]): Promise<void> {
  const { name, deadLetterQueue } = queues[queue];
  const { deadLetterUrl } = await resolveQueue(aws.sqs, name, deadLetterQueue.name);
  for (let i = 0; i < bodies.length; i += 10) {
    const Entries = bodies.slice(i, i + 10).map((MessageBody, n) => ({
      Id: String(n),
      MessageBody,
      MessageAttributes: {
        reason: { DataType: 'String', StringValue: 'TimeoutError' },
        first_sent_at: { DataType: 'String', StringValue: THREE_DAYS_AGO },
      },
    }));
    await aws.sqs.send(new SendMessageBatchCommand({ QueueUrl: deadLetterUrl, Entries }));
  }
}

async function sizes(queue: 'catalogEvents' | 'downloads'): Promise<{ waiting: number; dead: number }> {
  const { name, deadLetterQueue } = queues[queue];
  return { waiting: await world.sizeOf(name), dead: await world.sizeOf(deadLetterQueue.name) };
}

it(
  `${LETTERS} dead letters, of which many are about what was deleted since, are redriven over a crash: all converges, nothing comes back (I6)`,
  { timeout: 120_000 },
  async () => {
    const deletedUser = newId('user');
    const [alive, deleted, ofUser] = await Promise.all([
      publishMany(10),
      publishMany(10),
      publishMany(5, { user_id: deletedUser }),
    ]);
    const gone = [...deleted, ...ofUser];
    await vi.waitFor(async () => {
      for (const each of [...alive, ...gone]) expect(await status(each)).toBe(200);
    }, patient);
    for (const each of deleted) {
      const { asin, user_id } = each.asset;
      await catalog.request(`/v1/assets/${asin}`, { method: 'DELETE', as: user_id });
    }
    await world.putUser(deletedUser, 'deleted');
    const userDeleted = (user_id: string) =>
      JSON.stringify({
        id: newId('event'),
        type: 'user.deleted',
        occurred_at: THREE_DAYS_AGO,
        revision: 2,
        user_id,
      });

    // The deletion of the user is among the dead letters only: nobody has been told of it yet.
    const about = ({ asset }: Published, type: 'asset.published' | 'asset.updated' | 'asset.deleted') =>
      JSON.stringify(
        anEvent({ asin: asset.asin, user_id: asset.user_id, type, occurred_at: THREE_DAYS_AGO }),
      );
    const events = [
      ...Array.from({ length: REPEATS }).flatMap(() => alive.map((each) => about(each, 'asset.updated'))),
      ...Array.from({ length: REPEATS }).flatMap(() => gone.map((each) => about(each, 'asset.published'))),
      ...Array.from({ length: Math.ceil(REPEATS / 2) }).flatMap(() =>
        deleted.map((each) => about(each, 'asset.deleted')),
      ),
      ...Array.from({ length: 5 }, () => userDeleted(deletedUser)),
    ];
    const activeUser = newId('user');
    await world.putUser(activeUser, 'active');
    const poison = [userDeleted(activeUser), '{"type":"asset.exploded"}'];
    const grants = [...alive, ...gone].flatMap(({ asset }) =>
      Array.from({ length: REPEATS }, () =>
        JSON.stringify(aGrant({ asin: asset.asin, at: new Date().toISOString() })),
      ),
    );
    const filler = LETTERS - events.length - poison.length - 2 * grants.length;
    await bury('catalogEvents', [...events, ...poison]);
    // Each grant twice, as after a crash of an earlier redrive.
    await bury('downloads', [...grants, ...grants]);
    await bury(
      'downloads',
      Array.from({ length: filler }, () => JSON.stringify(aGrant({ asin: newId('asset') }))),
    );
    expect((await sizes('catalogEvents')).dead + (await sizes('downloads')).dead).toBe(LETTERS);

    const crashing = startDlq('redrive', '--rate', '200');
    await vi.waitFor(
      async () => expect((await sizes('catalogEvents')).dead).toBeLessThan(events.length),
      patient,
    );
    await crashing.kill();
    // What the dead process had in its hands comes back to the dead letters after a while.
    await vi.waitFor(
      async () => {
        await startDlq('redrive', '--rate', '1000').result();
        expect(await sizes('catalogEvents')).toEqual({ waiting: 0, dead: poison.length });
        expect(await sizes('downloads')).toEqual({ waiting: 0, dead: 0 });
      },
      { timeout: 60_000, interval: 1_000 },
    );
    await vi.waitFor(async () => {
      for (const { asset } of gone) {
        expect(await world.objectsOf(asset.asin)).toBe(0);
        expect((await world.read(asset.asin))?.status).toBe('deleted');
      }
      for (const each of gone) expect(await status(each)).toBe(404);
    }, patient);
    for (const { asset } of alive) {
      expect(await world.read(asset.asin)).toMatchObject({ status: 'published', downloads: REPEATS });
    }
    for (const each of alive) expect(await status(each)).toBe(200);
    const log = await wholeLog(world);
    expect(log.map((each) => each.seq)).toEqual(log.map((_, i) => i + 1));
    expect(new Set(log.map((each) => each.id)).size).toBe(log.length);

    const listed = await startDlq('list', '--queue', queues.catalogEvents.name).result();
    expect(listed).toMatchObject([{ by_reason: { 'not an event that the catalog knows': 1 } }]);
  },
);
