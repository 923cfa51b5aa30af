import {
  createDocumentClient,
  createS3Client,
  createSnsClient,
  createSqsClient,
} from '@cairn/shared/aws/clients';
import { snsEventPublisher } from '@cairn/shared/messaging/event-publisher';
import { trustInAuth } from '@cairn/shared/http/trust-in-auth';
import { s3ExportObjects } from '@cairn/shared/exports/s3-export-objects';
import { writeExportPart } from '@cairn/shared/exports/write-export-part';
import { newId } from '@cairn/shared/ids';
import { awaitDependency } from '@cairn/shared/lifecycle/dependency';
import { createPeriodicTask } from '@cairn/shared/lifecycle/periodic-task';
import type { ServiceParts } from '@cairn/shared/lifecycle/run-service';
import type { Logger } from '@cairn/shared/logging/logger';
import { namedConsumer } from '@cairn/shared/messaging/named-consumer';
import { dynamoPublication, type Publication } from '@cairn/shared/records/publication';
import { dynamoUserTombstones } from '@cairn/shared/records/user-tombstone';
import { createMetrics, type Metrics } from '@cairn/shared/telemetry/metrics';
import { announcingUploadRepository } from './adapters/announcing-upload-repository.ts';
import { clamavScanner } from './adapters/malware/clamav-scanner.ts';
import { threadedHashing } from './adapters/hashing/threaded-hashing.ts';
import { childProcessInspector } from './adapters/inspection/child-process-inspector.ts';
import { dynamoIdempotencyStore } from './adapters/dynamo-idempotency-store.ts';
import { dynamoQuotaLedger } from './adapters/dynamo-quota-ledger.ts';
import { dynamoUploadRepository } from './adapters/dynamo-upload-repository.ts';
import { s3AssetStore } from './adapters/s3-asset-store.ts';
import { s3IncomingStore } from './adapters/s3-incoming-store.ts';
import { createIngestApp } from './app.ts';
import { composeArrivals } from './compose-arrivals.ts';
import { composeFollowing } from './compose-following.ts';
import { composeOrphanSweep } from './compose-orphan-sweep.ts';
import type { IngestConfig } from './config.ts';
import { abortUpload } from './domain/sending/abort-upload.ts';
import { cleanUpUpload } from './domain/ending/clean-up-upload.ts';
import { completeFile } from './domain/sending/complete-file.ts';
import { declareOnce } from './domain/declaring/declare-once.ts';
import { declareUpload } from './domain/declaring/declare-upload.ts';
import { followDeletion } from './domain/ending/follow-deletion.ts';
import { getFileUrls } from './domain/sending/get-file-urls.ts';
import { followRemoval } from './domain/ending/follow-removal.ts';
import { inspectArrivedFile } from './domain/inspecting/inspect-arrived-file.ts';
import { limitsFrom } from './domain/limits.ts';
import { listUploads } from './domain/following/list-uploads.ts';
import { reportFailure } from './domain/inspecting/report-failure.ts';
import { collectUploads } from './domain/exporting/collect-uploads.ts';
import { settleUpload } from './domain/ending/settle-upload.ts';
import { sweepUploads } from './domain/ending/sweep-uploads.ts';
import { tryDeclaration } from './domain/declaring/try-declaration.ts';
import { livingUsersOnly } from './http/living-users-only.ts';
import { ingestEventsConsumer } from './messaging/ingest-events.consumer.ts';
import { inspectionMetrics } from './telemetry/inspection-metrics.ts';
import { meteredUploadRepository } from './telemetry/metered-upload-repository.ts';
import { stageMeter } from './telemetry/stage-meter.ts';
import { tracedInspector, tracedPublication } from './telemetry/traced-stages.ts';

/** After this no worker that was under way when an upload ended can still write for it. */
/** What the scanner would not look at could never be published: it is told before, as a limit. */
const largestFile = (config: IngestConfig): number =>
  config.CLAMAV_ADDRESS === undefined
    ? config.MAX_FILE_BYTES
    : Math.min(config.MAX_FILE_BYTES, config.CLAMAV_MAX_FILE_BYTES);

const SECOND_PASS_SECONDS = 15 * 60;

/** Every construction of the service, and nothing else. */
export function composeIngest({
  config,
  logger,
  metrics = createMetrics(),
}: {
  config: IngestConfig;
  logger: Logger;
  metrics?: Metrics;
}): ServiceParts {
  const now = () => new Date();
  const document = createDocumentClient();
  const s3 = createS3Client();
  const publicS3 = createS3Client({ endpoint: config.S3_PUBLIC_ENDPOINT_URL });
  const sqs = createSqsClient();
  const sns = createSnsClient();
  const limits = limitsFrom({
    maxFileBytes: largestFile(config),
    multipartThresholdBytes: config.MULTIPART_THRESHOLD_BYTES,
    quotaBytes: config.QUOTA_BYTES,
    quotaAssets: config.QUOTA_ASSETS,
    quotaOpenUploads: config.QUOTA_OPEN_UPLOADS,
    acceptPrograms: config.ACCEPT_PROGRAMS === 'true',
  });

  const stored = dynamoUploadRepository(document, config.UPLOADS_TABLE);
  const uploads = announcingUploadRepository(meteredUploadRepository(stored, metrics, logger), (uploadId) =>
    following.watches.nudge(uploadId),
  );
  const quotas = dynamoQuotaLedger(document, config.QUOTAS_TABLE);
  const isUserDeleted = dynamoUserTombstones(document, config.USERS_TABLE);
  const publication = tracedPublication(
    dynamoPublication({
      document,
      assetsTable: config.ASSETS_TABLE,
      releasesTable: config.RELEASES_TABLE,
    }),
  );
  const incoming = s3IncomingStore({
    s3,
    publicS3,
    incomingBucket: config.INCOMING_BUCKET,
    assetsBucket: config.ASSETS_BUCKET,
    now,
  });
  const assets = s3AssetStore({ s3, assetsBucket: config.ASSETS_BUCKET, mediaBucket: config.MEDIA_BUCKET });
  const inspector = childProcessInspector({
    processes: config.INSPECTION_PROCESSES,
    timeoutMs: config.INSPECTION_TIMEOUT_MS,
    stallMs: config.INSPECTION_STALL_MS,
    maxRssBytes: config.INSPECTION_MAX_RSS_BYTES,
    roomyRssBytes: config.INSPECTION_ROOMY_RSS_BYTES,
    jobsPerChild: 500,
    maxWaiting: config.INSPECTION_QUEUE,
    acceptPrograms: limits.acceptPrograms,
  });
  inspectionMetrics(metrics, inspector.load);
  const noteStage = stageMeter(metrics);

  const hashing = threadedHashing();
  const scanner =
    config.CLAMAV_ADDRESS === undefined
      ? undefined
      : clamavScanner({ address: config.CLAMAV_ADDRESS, timeoutMs: config.CLAMAV_TIMEOUT_MS });

  const cleanUp = cleanUpUpload({
    uploads,
    quotas,
    incoming,
    assets,
    publication,
    isUserDeleted,
    secondPassSeconds: SECOND_PASS_SECONDS,
    now,
  });
  const settle = settleUpload({
    uploads,
    quotas,
    publication,
    isUserDeleted,
    cleanUp,
    noteStage,
    now,
    newId,
  });
  const arrivals = composeArrivals({
    config,
    logger,
    metrics,
    sqs,
    uploads,
    inspect: inspectArrivedFile({
      uploads,
      incoming,
      assets,
      inspector: tracedInspector(inspector),
      beginHash: hashing.begin,
      scanner,
      settle,
      leaseSeconds: config.VISIBILITY_SECONDS,
      noteStage,
      now,
    }),
    reportFailure: reportFailure({ uploads, now }),
    now,
  });
  const keys = dynamoIdempotencyStore(document, config.UPLOADS_TABLE);
  const findAsset: Publication['findAsset'] = (asin) => publication.findAsset(asin);
  const follow = {
    ...followDeletion({ uploads, quotas, keys, settle, cleanUp, now }),
    removed: followRemoval({ quotas, findAsset }),
  };
  const report = snsEventPublisher(sns, config.ASSET_EVENTS_TOPIC_ARN);
  const eventConsumer = namedConsumer({
    name: config.INGEST_EVENTS_QUEUE,
    deadLetterName: config.INGEST_EVENTS_DLQ,
    sqs,
    visibilitySeconds: config.VISIBILITY_SECONDS,
    concurrency: 2,
    logger,
    metrics,
    handle: ingestEventsConsumer({
      follow,
      report,
      writeExportPart: writeExportPart({
        part: 'uploads',
        objects: s3ExportObjects({ s3, bucket: config.EXPORTS_BUCKET }),
        collect: collectUploads({ uploads, quotas, keys, now }),
        isUserDeleted,
        report,
        now,
      }),
      now,
    }),
  });
  const consumers = [...arrivals.consumers, eventConsumer];
  const sweep = sweepUploads({
    uploads,
    quotas,
    incoming,
    requestSecondLook: arrivals.requestSecondLook,
    settle,
    isUserDeleted,
    cleanUp,
    firstLookSeconds: config.FIRST_LOOK_SECONDS,
    now,
  });
  const sweeper = createPeriodicTask({
    name: 'sweep of uploads',
    intervalMs: config.SWEEP_INTERVAL_MS,
    logger,
    run: async (signal) => void (await sweep(signal)),
  });

  const orphanSweeper = composeOrphanSweep({
    config,
    logger,
    document,
    s3,
    uploads,
    quotas,
    publication,
    isUserDeleted,
    follow,
    now,
  });
  const following = composeFollowing({ config, uploads, incoming, logger, now });

  const declare = declareUpload({
    uploads,
    quotas,
    incoming,
    findAsset,
    limits,
    firstLookSeconds: config.FIRST_LOOK_SECONDS,
    now,
    newId,
  });

  const table = awaitDependency({
    name: 'the table of uploads',
    ask: () => stored.find('readiness'),
    logger,
  });
  const trust = trustInAuth({ config, sqs, logger });

  return {
    app: createIngestApp({
      logger,
      metrics,
      limits,
      verify: livingUsersOnly(trust.verify, isUserDeleted, now),
      declareUpload: declare,
      declareOnce: declareOnce({
        declare,
        keys,
        uploads,
        incoming,
        cleanUp,
        urlLifetimeSeconds: limits.urlLifetimeSeconds,
        leaseSeconds: config.VISIBILITY_SECONDS,
        now,
        newId,
      }),
      tryDeclaration: tryDeclaration({
        quotas,
        findAsset,
        limits,
        newId,
      }),
      ...following,
      listUploads: listUploads({ uploads }),
      getFileUrls: getFileUrls({ uploads, incoming, limits }),
      completeFile: completeFile({ uploads, incoming }),
      abortUpload: abortUpload({ uploads, cleanUp, now }),
    }),
    // Once: that they were there shows that this process is set up as it should be. What is away later gets its 503,
    // and whatever has been sent waits.
    isReady: () => table.wasReached() && consumers.every((consumer) => consumer.hasStarted()),
    start() {
      trust.start();
      table.task.start();
      for (const consumer of consumers) consumer.start();
      sweeper.start();
      orphanSweeper.start();
    },
    stopping: () => following.followers.stop(),
    shutdown: [
      { name: 'trust in auth', run: () => trust.stop() },
      { name: 'readiness', run: () => table.task.stop() },
      {
        name: 'sweeps',
        run: async () => void (await Promise.all([sweeper.stop(), orphanSweeper.stop()])),
      },
      {
        name: 'consumers',
        run: async (ms) => {
          await Promise.all(consumers.map((consumer) => consumer.stop(ms)));
        },
      },
      { name: 'inspector', run: () => inspector.close() },
      { name: 'hashing', run: () => hashing.close() },
    ],
  };
}
