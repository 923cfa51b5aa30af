import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { startTestStack } from '@cairn/infra/local/testing';
import { queues } from '@cairn/infra/resources';
import { createSqsClient } from '@cairn/shared/aws/clients';
import { silentLogger } from '@cairn/shared/logging/logger';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import { createSqsConsumer, type SqsConsumer } from '@cairn/shared/messaging/sqs-consumer';
import { sqsBacklog } from '../../src/adapters/sqs-backlog.ts';
import { backlogArrivals, fairArrivals } from '../../src/messaging/fair-arrivals.ts';
import { fairShare } from '../../src/messaging/fair-share.ts';
import { uploaderOf } from '../../src/messaging/uploader-of.ts';
import { workerSlots } from '../../src/messaging/worker-slots.ts';

const SLOTS = 4;
const ROOM = 24;

/** The event of a file of this upload, whose name begins with its user. */
export const eventOf = (upload: string) =>
  JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: 'cairn-incoming' }, object: { key: `${upload}/file_1`, sequencer: '0A' } },
      },
    ],
  });

export const filesOf = (user: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${user}-${i}`);

/** Replicas of the worker on real queues, with an inspection that only takes its time. */
export async function startFairWorkers({ inspectionMs }: { inspectionMs: number }) {
  const stack = await startTestStack({ faults: true });
  const sqs = createSqsClient();
  const consumers: SqsConsumer[] = [];
  const urlsOf = (queue: 'objectCreated' | 'objectCreatedBacklog') =>
    resolveQueue(sqs, queues[queue].name, queues[queue].deadLetterQueue.name);

  async function put(bodies: readonly string[]): Promise<void> {
    const { url } = await urlsOf('objectCreated');
    for (let i = 0; i < bodies.length; i += 10) {
      const Entries = bodies.slice(i, i + 10).map((MessageBody, n) => ({ Id: String(n), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    }
  }

  /** `inspect` is told the upload of each message, and may take its time. */
  async function startReplica(inspect: (upload: string, body: string) => unknown): Promise<void> {
    const [hot, backlog] = await Promise.all([urlsOf('objectCreated'), urlsOf('objectCreatedBacklog')]);
    const slots = workerSlots(SLOTS);
    const turns = {
      slots,
      uploaderOf: uploaderOf(async (id) => ({ user_id: id.split('-')[0] ?? '' })),
      handle: async ({ body }: { body: string }) => {
        const [, upload] = /"key":"([^/]*)/.exec(body) ?? [];
        // S3's test event tells of no upload.
        if (upload === undefined) return;
        await inspect(upload, body);
        await new Promise((resolve) => setTimeout(resolve, inspectionMs));
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

  async function stopReplicas(): Promise<void> {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(2_000)));
    await stack.faults.clear();
  }

  return {
    faults: stack.faults,
    put,
    startReplica,
    stopReplicas,
    async close() {
      await stopReplicas();
      sqs.destroy();
      await stack.close();
    },
  };
}
