import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from '@cairn/shared/logging/logger';
import { namedConsumer } from '@cairn/shared/messaging/named-consumer';
import { queueAddress } from '@cairn/shared/messaging/queue-address';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import type { LaterConsumer } from '@cairn/shared/messaging/later-consumer';
import type { Metrics } from '@cairn/shared/telemetry/metrics';
import { sqsBacklog } from './adapters/sqs-backlog.ts';
import { sqsSecondLook } from './adapters/sqs-second-look.ts';
import type { IngestConfig } from './config.ts';
import type { RequestSecondLook, UploadRepository } from './domain/ports.ts';
import { backlogArrivals, fairArrivals } from './messaging/fair-arrivals.ts';
import { fairShare } from './messaging/fair-share.ts';
import { knownUploads } from './messaging/known-uploads.ts';
import { objectCreatedConsumer, type ObjectCreatedDeps } from './messaging/object-created.consumer.ts';
import { uploaderOf } from './messaging/uploader-of.ts';
import { workerSlots } from './messaging/worker-slots.ts';

/** Messages that may wait here for one of the slots, so that users can be told apart. */
const PREFETCH = 20;

/** The queues of arrived files, and who works them off. */
export function composeArrivals(deps: {
  config: IngestConfig;
  logger: Logger;
  metrics: Metrics;
  sqs: SQSClient;
  uploads: Pick<UploadRepository, 'find'>;
  inspect: ObjectCreatedDeps['inspect'];
  reportFailure: ObjectCreatedDeps['reportFailure'];
  now: () => Date;
}): { consumers: readonly LaterConsumer[]; requestSecondLook: RequestSecondLook } {
  const { config, logger, metrics, sqs, uploads, inspect, reportFailure, now } = deps;
  const addressOf = (name: string, deadLetterName: string) =>
    queueAddress(name, () => resolveQueue(sqs, name, deadLetterName), logger);
  const hot = addressOf(config.OBJECT_CREATED_QUEUE, config.OBJECT_CREATED_DLQ);
  const backlog = addressOf(config.OBJECT_CREATED_BACKLOG_QUEUE, config.OBJECT_CREATED_BACKLOG_DLQ);

  const findUpload = knownUploads((id) => uploads.find(id));
  const slots = workerSlots(config.WORKER_CONCURRENCY);
  const room = config.WORKER_CONCURRENCY + PREFETCH;
  const turns = {
    slots,
    uploaderOf: uploaderOf(findUpload),
    handle: objectCreatedConsumer({
      incomingBucket: config.INCOMING_BUCKET,
      findUpload,
      inspect,
      reportFailure,
      showFailureFrom: 3,
    }),
  };
  const common = {
    sqs,
    visibilitySeconds: config.VISIBILITY_SECONDS,
    concurrency: room,
    logger,
    metrics,
  };
  return {
    consumers: [
      namedConsumer({
        ...common,
        name: config.OBJECT_CREATED_QUEUE,
        deadLetterName: config.OBJECT_CREATED_DLQ,
        find: () => hot.find(),
        handle: fairArrivals({
          ...turns,
          admits: fairShare({ slots, room, now }),
          sideline: sqsBacklog(sqs, async () => (await backlog.find()).url),
        }),
      }),
      namedConsumer({
        ...common,
        name: config.OBJECT_CREATED_BACKLOG_QUEUE,
        deadLetterName: config.OBJECT_CREATED_BACKLOG_DLQ,
        find: () => backlog.find(),
        handle: backlogArrivals(turns),
      }),
    ],
    requestSecondLook: sqsSecondLook(sqs, async () => (await hot.find()).url, config.INCOMING_BUCKET),
  };
}
