import { GetQueueUrlCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createAwsClients } from '@cairn/infra/aws-clients';
import { seededRandom } from '@cairn/infra/local/faults/seeded-random';
import { queues, tables } from '@cairn/infra/resources';
import { dynamoCountStore } from '../src/adapters/dynamo-count-store.ts';
import type { DownloadGrant } from '../src/domain/downloads/download-grant.ts';
import { totalKey } from '../src/domain/downloads/tally-tree.ts';
import { sumCounts } from '../src/domain/downloads/tally.ts';
import { expectedTally } from '../src/testing/expected-tally.ts';
import { startCatalogWorld, type CatalogWorld } from './support/catalog-world.ts';
import { bundled, manyGrants, shuffled } from './support/many-grants.ts';
import { startCounter, type CounterProcess } from './support/start-counter.ts';

// `npm run test:counting` has a hundred thousand.
const GRANTS = Number(process.env.COUNTING_GRANTS ?? 2_000);
const KILLS = 3;
const ASSETS = 8;
const seed = 20261122;
const queue = queues.downloads.name;
const patience = { timeout: 60_000 + GRANTS * 10, interval: 250 };

let world: CatalogWorld;
const counters: CounterProcess[] = [];
beforeAll(async () => {
  world = await startCatalogWorld();
});
afterAll(async () => {
  await Promise.all(counters.map((counter) => counter.kill()));
  await world.close();
});

async function sendAll(bodies: readonly string[]): Promise<void> {
  const aws = createAwsClients(world.stack.local.connection);
  const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  for (let at = 0; at < bodies.length; at += 10) {
    const Entries = bodies.slice(at, at + 10).map((MessageBody, i) => ({ Id: String(i), MessageBody }));
    const { Failed = [] } = await aws.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Failed).toEqual([]);
  }
  aws.destroy();
}

const store = () => dynamoCountStore({ document: world.document, table: tables.downloadCounts.name });

async function counted(asins: readonly string[]): Promise<number> {
  const rows = await Promise.all(asins.map((asin) => store().get(totalKey(asin))));
  return sumCounts(rows.flatMap((row) => row?.tally ?? [])).raw;
}

async function expectExact(asin: string, grants: readonly DownloadGrant[]): Promise<void> {
  const expected = expectedTally(grants);
  const total = (await store().get(totalKey(asin)))?.tally;
  expect([total?.raw, total?.unique]).toEqual([expected.raw, expected.unique]);
  expect(new Map(Object.entries(total?.releases ?? {}).map(([version, { raw }]) => [version, raw]))).toEqual(
    expected.rawByVersion,
  );
  expect(new Map(Object.entries(total?.engines ?? {}).map(([engine, { raw }]) => [engine, raw]))).toEqual(
    expected.rawByEngine,
  );
  for (const day of new Set(grants.map(({ at }) => at.slice(0, 10)))) {
    const row = await store().get({ scope: `${asin}#${day.slice(0, 7)}`, entry: day });
    const ofDay = expectedTally(grants.filter(({ at }) => at.startsWith(day)));
    expect([row?.tally.raw, row?.tally.unique]).toEqual([ofDay.raw, ofDay.unique]);
  }
  expect(await world.read(asin)).toMatchObject({ downloads: expected.raw });
}

it(
  `${GRANTS} grants, duplicated, regrouped and redelivered, over ${KILLS} kill -9, are counted exactly (I13)`,
  { timeout: patience.timeout * 2 },
  async () => {
    const random = seededRandom(seed);
    const published = await Promise.all(Array.from({ length: ASSETS }, () => world.publish()));
    const asins = published.map(({ asset }) => asset.asin);
    const grants = manyGrants(asins, GRANTS, random);
    const repeated = grants.filter(() => random() < 0.1);
    // Past the fault layer: what goes wrong here are the counters themselves.
    const env = { ...world.stack.environmentFor('catalog'), ...world.stack.local.environment };
    const start = async () => void counters.push(await startCounter(env));
    await Promise.all([start(), start()]);

    const inAnyOrder = shuffled(
      grants.flatMap((grant) => (random() < 0.25 ? [grant, grant] : grant)),
      random,
      1_000,
    );
    const sending = sendAll(bundled(inAnyOrder, random));
    const killing = async () => {
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const enough = (GRANTS * kill) / (KILLS + 1);
        await vi.waitFor(async () => expect(await counted(asins)).toBeGreaterThan(enough), patience);
        await counters.shift()?.kill();
        await start();
      }
    };
    await Promise.all([sending, killing()]);
    await vi.waitFor(async () => expect(await world.sizeOf(queue)).toBe(0), patience);

    const byAsset = Map.groupBy(grants, ({ asin }) => asin);
    for (const asin of asins) await expectExact(asin, byAsset.get(asin) ?? []);
    // Later, and in other company: what was counted comes again.
    await sendAll(bundled(shuffled(repeated, random), random));
    await vi.waitFor(async () => expect(await world.sizeOf(queue)).toBe(0), patience);
    for (const asin of asins) await expectExact(asin, byAsset.get(asin) ?? []);
  },
);
