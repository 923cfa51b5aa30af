import { createDocumentClient, createS3Client, createSqsClient } from '@cairn/shared/aws/clients';
import { createTokenVerifier, remoteKeys } from '@cairn/shared/http/token-verifier';
import { newId } from '@cairn/shared/ids';
import { createPeriodicTask } from '@cairn/shared/lifecycle/periodic-task';
import type { ServiceParts } from '@cairn/shared/lifecycle/run-service';
import type { Logger } from '@cairn/shared/logging/logger';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import { createSqsConsumer } from '@cairn/shared/messaging/sqs-consumer';
import { dynamoPublication } from '@cairn/shared/records/publication';
import { dynamoUserTombstones } from '@cairn/shared/records/user-tombstone';
import { childProcessInspector } from './adapters/child-process-inspector.ts';
import { dynamoIdempotencyStore } from './adapters/dynamo-idempotency-store.ts';
import { dynamoQuotaLedger } from './adapters/dynamo-quota-ledger.ts';
import { dynamoUploadRepository } from './adapters/dynamo-upload-repository.ts';
import { s3AssetStore } from './adapters/s3-asset-store.ts';
import { s3IncomingStore } from './adapters/s3-incoming-store.ts';
import { sqsSecondLook } from './adapters/sqs-second-look.ts';
import { createIngestApp } from './app.ts';
import type { IngestConfig } from './config.ts';
import { abortUpload } from './domain/abort-upload.ts';
import { cleanUpUpload } from './domain/clean-up-upload.ts';
import { completeFile } from './domain/complete-file.ts';
import { declareOnce } from './domain/declare-once.ts';
import { declareUpload } from './domain/declare-upload.ts';
import { followDeletion } from './domain/follow-deletion.ts';
import { getFileUrls } from './domain/get-file-urls.ts';
import { getReceipt } from './domain/get-receipt.ts';
import { inspectArrivedFile } from './domain/inspect-arrived-file.ts';
import { limitsFrom } from './domain/limits.ts';
import { listUploads } from './domain/list-uploads.ts';
import { reportFailure } from './domain/report-failure.ts';
import { settleUpload } from './domain/settle-upload.ts';
import { sweepUploads } from './domain/sweep-uploads.ts';
import { deletionConsumer } from './messaging/deletion.consumer.ts';
import { objectCreatedConsumer } from './messaging/object-created.consumer.ts';

/** After this no worker that was under way when an upload ended can still write for it. */
const SECOND_PASS_SECONDS = 15 * 60;

/** Every construction of the service, and nothing else. */
export async function composeIngest({
  config,
  logger,
}: {
  config: IngestConfig;
  logger: Logger;
}): Promise<ServiceParts> {
  const now = () => new Date();
  const document = createDocumentClient();
  const s3 = createS3Client();
  const publicS3 = createS3Client({ endpoint: config.S3_PUBLIC_ENDPOINT_URL });
  const sqs = createSqsClient();
  const limits = limitsFrom({
    maxFileBytes: config.MAX_FILE_BYTES,
    multipartThresholdBytes: config.MULTIPART_THRESHOLD_BYTES,
    quotaBytes: config.QUOTA_BYTES,
    quotaAssets: config.QUOTA_ASSETS,
    quotaOpenUploads: config.QUOTA_OPEN_UPLOADS,
  });
  const [objectCreated, ingestEvents] = await Promise.all([
    resolveQueue(sqs, config.OBJECT_CREATED_QUEUE, config.OBJECT_CREATED_DLQ),
    resolveQueue(sqs, config.INGEST_EVENTS_QUEUE, config.INGEST_EVENTS_DLQ),
  ]);

  const uploads = dynamoUploadRepository(document, config.UPLOADS_TABLE);
  const quotas = dynamoQuotaLedger(document, config.QUOTAS_TABLE);
  const isUserDeleted = dynamoUserTombstones(document, config.USERS_TABLE);
  const publication = dynamoPublication({
    document,
    assetsTable: config.ASSETS_TABLE,
    releasesTable: config.RELEASES_TABLE,
  });
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
    maxRssBytes: config.INSPECTION_MAX_RSS_BYTES,
    jobsPerChild: 500,
  });

  const cleanUp = cleanUpUpload({
    uploads,
    quotas,
    incoming,
    assets,
    secondPassSeconds: SECOND_PASS_SECONDS,
    now,
  });
  const settle = settleUpload({ uploads, quotas, publication, isUserDeleted, cleanUp, now, newId });
  const objectConsumer = createSqsConsumer({
    name: config.OBJECT_CREATED_QUEUE,
    sqs,
    queue: objectCreated,
    visibilitySeconds: config.VISIBILITY_SECONDS,
    concurrency: config.WORKER_CONCURRENCY,
    logger,
    handle: objectCreatedConsumer({
      incomingBucket: config.INCOMING_BUCKET,
      inspect: inspectArrivedFile({
        uploads,
        incoming,
        assets,
        inspector,
        settle,
        leaseSeconds: config.VISIBILITY_SECONDS,
        now,
      }),
      reportFailure: reportFailure({ uploads, now }),
      showFailureFrom: 3,
    }),
  });
  const eventConsumer = createSqsConsumer({
    name: config.INGEST_EVENTS_QUEUE,
    sqs,
    queue: ingestEvents,
    visibilitySeconds: config.VISIBILITY_SECONDS,
    concurrency: 2,
    logger,
    handle: deletionConsumer(followDeletion({ uploads, quotas, cleanUp, now })),
  });
  const sweep = sweepUploads({
    uploads,
    incoming,
    requestSecondLook: sqsSecondLook(sqs, objectCreated.url, config.INCOMING_BUCKET),
    settle,
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

  const declare = declareUpload({
    uploads,
    quotas,
    incoming,
    isUserDeleted,
    findAsset: (asin) => publication.findAsset(asin),
    limits,
    firstLookSeconds: config.FIRST_LOOK_SECONDS,
    now,
    newId,
  });

  return {
    app: createIngestApp({
      logger,
      limits,
      verify: createTokenVerifier({
        keys: remoteKeys(config.JWKS_URL),
        issuer: config.TOKEN_ISSUER,
        audience: config.TOKEN_AUDIENCE,
      }),
      declareUpload: declare,
      declareOnce: declareOnce({
        declare,
        keys: dynamoIdempotencyStore(document, config.UPLOADS_TABLE),
        uploads,
        incoming,
        cleanUp,
        urlLifetimeSeconds: limits.urlLifetimeSeconds,
        leaseSeconds: config.VISIBILITY_SECONDS,
        now,
        newId,
      }),
      getReceipt: getReceipt({ uploads }),
      listUploads: listUploads({ uploads }),
      getFileUrls: getFileUrls({ uploads, incoming, limits }),
      completeFile: completeFile({ uploads, incoming }),
      abortUpload: abortUpload({ uploads, cleanUp, now }),
    }),
    start() {
      objectConsumer.start();
      eventConsumer.start();
      sweeper.start();
    },
    shutdown: [
      { name: 'sweep', run: () => sweeper.stop() },
      {
        name: 'consumers',
        run: async (ms) => void (await Promise.all([objectConsumer.stop(ms), eventConsumer.stop(ms)])),
      },
      { name: 'inspector', run: () => inspector.close() },
    ],
  };
}
