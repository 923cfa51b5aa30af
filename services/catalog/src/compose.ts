import { randomBytes } from 'node:crypto';
import {
  createDocumentClient,
  createS3Client,
  createSnsClient,
  createSqsClient,
} from '@cairn/shared/aws/clients';
import { createTokenVerifier, remoteKeys } from '@cairn/shared/http/token-verifier';
import { newId } from '@cairn/shared/ids';
import type { ServiceParts } from '@cairn/shared/lifecycle/run-service';
import type { Logger } from '@cairn/shared/logging/logger';
import { snsEventPublisher } from '@cairn/shared/messaging/event-publisher';
import { createOutboxRelay } from '@cairn/shared/messaging/outbox-relay';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import { createSqsConsumer } from '@cairn/shared/messaging/sqs-consumer';
import { dynamoUserTombstones } from '@cairn/shared/records/user-tombstone';
import { cachedReleaseRepository } from './adapters/cached-release-repository.ts';
import { dynamoAssetRepository } from './adapters/dynamo-asset-repository.ts';
import { dynamoChangeLog } from './adapters/dynamo-change-log.ts';
import { dynamoDownloadCounter } from './adapters/dynamo-download-counter.ts';
import { dynamoReleaseRepository } from './adapters/dynamo-release-repository.ts';
import { memorySearchIndex } from './adapters/memory-search-index.ts';
import { s3ObjectStore } from './adapters/s3-object-store.ts';
import { s3Presigner } from './adapters/s3-presigner.ts';
import { sqsCascadeSchedule } from './adapters/sqs-cascade-schedule.ts';
import { sqsGrantRecorder } from './adapters/sqs-grant-recorder.ts';
import { createCatalogApp } from './app.ts';
import type { CatalogConfig } from './config.ts';
import { deleteAsset } from './domain/delete-asset.ts';
import { deleteAssetsOfUser } from './domain/deletion/delete-assets-of-user.ts';
import { purgeAsset } from './domain/deletion/purge-asset.ts';
import { sweepPurges } from './domain/deletion/sweep-purges.ts';
import { boundedRecording } from './domain/downloads/bounded-recording.ts';
import { countDownloads } from './domain/downloads/count-downloads.ts';
import { grantDownload } from './domain/downloads/grant-download.ts';
import { lossMeter } from './domain/downloads/loss-meter.ts';
import { editAsset } from './domain/edit-asset.ts';
import { getAsset } from './domain/get-asset.ts';
import { getRelease } from './domain/get-release.ts';
import { recordAssetChange } from './domain/record-asset-change.ts';
import { createReplica } from './domain/replica/replica.ts';
import { searchAssets } from './domain/search/search-assets.ts';
import { catalogWorkers } from './messaging/catalog-workers.ts';
import { queueAddress } from './messaging/queue-address.ts';

const VISIBILITY_SECONDS = 60;
const CACHED_RELEASE_FILES = 50_000;
/** I13: no download waits longer for its count. */
const GRANT_WAIT_MS = 50;

export interface ComposeOptions {
  readonly config: CatalogConfig;
  readonly logger: Logger;
  readonly now?: () => Date;
}

/** Every construction of the service, and nothing else. */
export function composeCatalog({ config, logger, now = () => new Date() }: ComposeOptions): ServiceParts {
  const document = createDocumentClient();
  const s3 = createS3Client();
  const publicS3 = createS3Client({ endpoint: config.S3_PUBLIC_ENDPOINT_URL });
  const sns = createSnsClient();
  const sqs = createSqsClient();

  const { CATALOG_EVENTS_QUEUE, CATALOG_EVENTS_DLQ, DOWNLOADS_QUEUE, DOWNLOADS_DLQ } = config;
  const eventsQueue = queueAddress(
    CATALOG_EVENTS_QUEUE,
    () => resolveQueue(sqs, CATALOG_EVENTS_QUEUE, CATALOG_EVENTS_DLQ),
    logger,
  );
  const downloadsQueue = queueAddress(
    DOWNLOADS_QUEUE,
    () => resolveQueue(sqs, DOWNLOADS_QUEUE, DOWNLOADS_DLQ),
    logger,
  );

  const assets = dynamoAssetRepository({ document, table: config.ASSETS_TABLE });
  const releases = cachedReleaseRepository(
    dynamoReleaseRepository({ document, table: config.RELEASES_TABLE }),
    CACHED_RELEASE_FILES,
  );
  const changes = dynamoChangeLog({ document, table: config.CHANGES_TABLE, now });
  const counter = dynamoDownloadCounter({ document, table: config.DOWNLOAD_COUNTS_TABLE });
  const index = memorySearchIndex();
  const replica = createReplica({ assets, changes, index, now });

  const outbox = createOutboxRelay({
    document,
    table: config.ASSETS_TABLE,
    keyName: 'asin',
    publish: snsEventPublisher(sns, config.ASSET_EVENTS_TOPIC_ARN),
    logger,
    intervalMs: 350,
  });
  const relay = (asin: string) =>
    void outbox
      .relay(asin)
      .catch((error: unknown) =>
        logger.warn({ err: error, asin }, 'relaying at once failed, the sweep will'),
      );

  const recorder = sqsGrantRecorder({ sqs, queueUrl: async () => (await downloadsQueue.find()).url });
  const losses = lossMeter({
    report: ({ reason, lostSinceReport, lostInTotal }) =>
      logger.warn(
        { err: reason, lost_downloads: lostSinceReport, lost_downloads_total: lostInTotal },
        'downloads went on without being counted',
      ),
    now,
    periodMs: 1_000,
  });

  const writing = { assets, replica, relay, newId, now };
  const purge = purgeAsset({
    assets,
    releases,
    stores: [
      s3ObjectStore({ s3, bucket: config.ASSETS_BUCKET }),
      s3ObjectStore({ s3, bucket: config.MEDIA_BUCKET }),
    ],
    settleMs: config.PURGE_SETTLE_MS,
    now,
  });
  const readAsset = getAsset({ assets, replica });

  const workers = catalogWorkers({
    createConsumer: (options) =>
      createSqsConsumer({ ...options, sqs, logger, visibilitySeconds: VISIBILITY_SECONDS }),
    logger,
    eventsQueue,
    downloadsQueue,
    names: { events: CATALOG_EVENTS_QUEUE, downloads: DOWNLOADS_QUEUE },
    events: {
      recordAssetChange: recordAssetChange({ changes }),
      purge,
      deleteAssetsOfUser: deleteAssetsOfUser({
        ...writing,
        isUserDeleted: dynamoUserTombstones(document, config.USERS_TABLE),
        schedule: sqsCascadeSchedule({
          sqs,
          queueUrl: async () => (await eventsQueue.find()).url,
          delaySeconds: config.CASCADE_DELAY_SECONDS,
        }),
      }),
    },
    count: countDownloads({ counter, assets, changes, newId, now }),
    replica,
    tailIntervalMs: config.REPLICA_TAIL_INTERVAL_MS,
    sweepPurges: sweepPurges({
      assets,
      purge,
      onFailure: (error, asin) => logger.warn({ err: error, asin }, 'a purge failed, will be tried again'),
      now,
    }),
    sweepIntervalMs: config.PURGE_SWEEP_INTERVAL_MS,
    now,
  });

  const app = createCatalogApp({
    logger,
    verify: createTokenVerifier({
      keys: remoteKeys(config.JWKS_URL),
      issuer: config.TOKEN_ISSUER,
      audience: config.TOKEN_AUDIENCE,
    }),
    urls: { api: config.PUBLIC_URL, media: config.MEDIA_URL },
    trustedProxies: config.TRUSTED_PROXIES,
    searchAssets: searchAssets({ index, replica }),
    getAsset: readAsset,
    getRelease: getRelease({ getAsset: readAsset, releases }),
    grantDownload: grantDownload({
      assets,
      releases,
      presign: s3Presigner({ s3: publicS3, bucket: config.ASSETS_BUCKET, now }),
      record: boundedRecording({
        record: recorder.record,
        meterLoss: losses.meter,
        waitMs: GRANT_WAIT_MS,
      }),
      clientSalt: config.DOWNLOAD_CLIENT_SALT ?? randomBytes(32).toString('hex'),
      newId,
      now,
    }),
    editAsset: editAsset(writing),
    deleteAsset: deleteAsset(writing),
  });

  return {
    app,
    start() {
      workers.start();
      outbox.task.start();
    },
    isReady: () => workers.isReady(),
    shutdown: [
      { name: 'download grants', run: () => recorder.drain() },
      { name: 'workers', run: (deadlineMs) => workers.stop(deadlineMs) },
      { name: 'outbox relay', run: () => outbox.task.stop() },
      {
        name: 'clients',
        run: async () => {
          for (const client of [document, s3, publicS3, sns, sqs]) client.destroy();
        },
      },
    ],
  };
}
