import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { refuse } from '@cairn/infra/local/faults/rules';
import { startTestStack, type FaultyTestStack } from '@cairn/infra/local/testing';
import { queues } from '@cairn/infra/resources';
import { createSqsClient } from '@cairn/shared/aws/clients';
import { silentLogger } from '@cairn/shared/logging/logger';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import { createSqsConsumer, type SqsConsumer } from '@cairn/shared/messaging/sqs-consumer';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { sqsBacklog } from '../src/adapters/sqs-backlog.ts';
import { backlogArrivals, fairArrivals } from '../src/messaging/fair-arrivals.ts';
import { fairShare } from '../src/messaging/fair-share.ts';
import { uploaderOf } from '../src/messaging/uploader-of.ts';
import { workerSlots } from '../src/messaging/worker-slots.ts';

const OF_THE_BIG = 500;
const SLOTS = 4;
const ROOM = 24;
const INSPECTION_MS = 100;
const patient = { timeout: 50_000, interval: 20 };

let stack: FaultyTestStack;
let sqs: SQSClient;
const consumers: SqsConsumer[] = [];

beforeAll(async () => {
  stack = await startTestStack({ faults: true });
  sqs = createSqsClient();
});
afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(2_000)));
  await stack.faults.clear();
});
afterAll(async () => {
  sqs.destroy();
  await stack.close();
});

const eventOf = (upload: string) =>
  JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: 'cairn-incoming' }, object: { key: `${upload}/file_1`, sequencer: '0A' } },
      },
    ],
  });

const urlsOf = (queue: 'objectCreated' | 'objectCreatedBacklog') =>
  resolveQueue(sqs, queues[queue].name, queues[queue].deadLetterQueue.name);

async function put(bodies: readonly string[]): Promise<void> {
  const { url } = await urlsOf('objectCreated');
  for (let i = 0; i < bodies.length; i += 10) {
    const Entries = bodies.slice(i, i + 10).map((MessageBody, n) => ({ Id: String(n), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  }
}

/** One replica of the worker; `inspected` is told the upload of each message, which begins with its user. */
async function startWorker(inspected: (upload: string, body: string) => void): Promise<void> {
  const [hot, backlog] = await Promise.all([urlsOf('objectCreated'), urlsOf('objectCreatedBacklog')]);
  const slots = workerSlots(SLOTS);
  const turns = {
    slots,
    uploaderOf: uploaderOf(async (id) => ({ user_id: id.split('-')[0] ?? '' })),
    handle: async ({ body }: { body: string }) => {
      const [, upload] = /"key":"([^/]*)/.exec(body) ?? [];
      // S3's test event tells of no upload.
      if (upload === undefined) return;
      inspected(upload, body);
      await new Promise((resolve) => setTimeout(resolve, INSPECTION_MS));
    },
  };
  const common = {
    sqs,
    visibilitySeconds: 30,
    concurrency: ROOM,
    waitSeconds: 1,
    logger: silentLogger(),
  };
  const admits = fairShare({ slots, room: ROOM, now: () => new Date() });
  const sideline = sqsBacklog(sqs, async () => backlog.url);
  const started = [
    createSqsConsumer({
      ...common,
      name: 'hot',
      queue: hot,
      handle: fairArrivals({ ...turns, admits, sideline }),
    }),
    createSqsConsumer({ ...common, name: 'backlog', queue: backlog, handle: backlogArrivals(turns) }),
  ];
  consumers.push(...started);
  for (const consumer of started) consumer.start();
}

const filesOf = (user: string, count: number) => Array.from({ length: count }, (_, i) => `${user}-${i}`);

it.each([1, 2])(
  `a file behind ${OF_THE_BIG} of another user is inspected before most of them, with %i replicas; all are in the end`,
  { timeout: 60_000 },
  async (replicas) => {
    await put([...filesOf('big', OF_THE_BIG), 'small-0'].map(eventOf));
    const inspected: string[] = [];
    for (let i = 0; i < replicas; i += 1) await startWorker((upload) => inspected.push(upload));
    await vi.waitFor(() => expect(inspected).toContain('small-0'), patient);
    expect(inspected.indexOf('small-0')).toBeLessThan(OF_THE_BIG / 2);
    await vi.waitFor(() => expect(new Set(inspected).size).toBe(OF_THE_BIG + 1), patient);
  },
);

it(
  'nothing is lost, and bodies stay as they are, while the backlog refuses',
  { timeout: 60_000 },
  async () => {
    const queue = queues.objectCreatedBacklog.name;
    stack.faults.sqs.add(refuse({ queue, operation: 'SendMessageBatch', times: 12 }));
    const bodies = filesOf('big', 60).map(eventOf);
    await put(bodies);
    const inspected = new Set<string>();
    await startWorker((_, body) => inspected.add(body));
    await vi.waitFor(() => expect([...inspected].toSorted()).toEqual(bodies.toSorted()), patient);
  },
);
