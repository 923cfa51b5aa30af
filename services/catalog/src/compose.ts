import {
  createDocumentClient,
  createS3Client,
  createSnsClient,
  createSqsClient,
} from '@cairn/shared/aws/clients';
import { trustInAuth } from '@cairn/shared/http/trust-in-auth';
import { s3ExportObjects } from '@cairn/shared/exports/s3-export-objects';
import { writeExportPart } from '@cairn/shared/exports/write-export-part';
import { newId } from '@cairn/shared/ids';
import type { ServiceParts } from '@cairn/shared/lifecycle/run-service';
import type { Logger } from '@cairn/shared/logging/logger';
import { snsEventPublisher } from '@cairn/shared/messaging/event-publisher';
import { createOutboxRelay } from '@cairn/shared/messaging/outbox-relay';
import { queueAddress } from '@cairn/shared/messaging/queue-address';
import { createQueueMeter } from '@cairn/shared/messaging/queue-meter';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import { createSqsConsumer } from '@cairn/shared/messaging/sqs-consumer';
import { dynamoUserTombstones } from '@cairn/shared/records/user-tombstone';
import { createMetrics, type Metrics } from '@cairn/shared/telemetry/metrics';
import { cachedReleaseRepository } from './adapters/cached-release-repository.ts';
import { dynamoAssetRepository } from './adapters/dynamo-asset-repository.ts';
import { dynamoChangeLog } from './adapters/dynamo-change-log.ts';
import { dynamoCountStore } from './adapters/dynamo-count-store.ts';
import { dynamoModerationLog } from './adapters/dynamo-moderation-log.ts';
import { dynamoReleaseRepository } from './adapters/dynamo-release-repository.ts';
import { gatheredAssetReads } from './adapters/gathered-asset-reads.ts';
import { s3ManifestStore } from './adapters/s3-manifest-store.ts';
import { sqsGrantRecorder } from './adapters/sqs-grant-recorder.ts';
import { createCatalogApp } from './app.ts';
import { composeDeletion } from './compose-deletion.ts';
import { composeGranting } from './compose-granting.ts';
import { composeReplica } from './compose-replica.ts';
import type { CatalogConfig } from './config.ts';
import { addCoOwner, removeCoOwner } from './domain/assets/change-co-owners.ts';
import { getOwner } from './domain/browse/get-owner.ts';
import { listEngines, listValues } from './domain/browse/list-values.ts';
import { changeAsset } from './domain/change-asset.ts';
import { deleteAsset } from './domain/delete-asset.ts';
import { countDownloads } from './domain/downloads/count-downloads.ts';
import { manifestEntryFinder } from './domain/downloads/find-manifest-entry.ts';
import { grantArchiveEntry } from './domain/downloads/grant-archive-entry.ts';
import { grantDownload } from './domain/downloads/grant-download.ts';
import { grantManifest } from './domain/downloads/grant-manifest.ts';
import { editAsset } from './domain/edit-asset.ts';
import { collectAssets } from './domain/exporting/collect-assets.ts';
import { getAsset } from './domain/get-asset.ts';
import { getRelease } from './domain/get-release.ts';
import { getStats } from './domain/get-stats.ts';
import { moderateAsset } from './domain/moderation/moderate-asset.ts';
import { recordModeration } from './domain/moderation/moderation-log.ts';
import { recordAssetChange } from './domain/record-asset-change.ts';
import { deleteRelease } from './domain/releases/delete-release.ts';
import { yankRelease } from './domain/releases/yank-release.ts';
import { searchAssets } from './domain/search/search-assets.ts';
import { catalogWorkers } from './messaging/catalog-workers.ts';
import { catalogMetrics } from './telemetry/catalog-metrics.ts';
import { loggedChanges } from './telemetry/logged-changes.ts';

/** How long news waits that was handed to a process as it ended; a worker says every third of it that it lives. */
const VISIBILITY_SECONDS = 20;
const CACHED_RELEASE_FILES = 50_000;

export interface ComposeOptions {
  readonly config: CatalogConfig;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  readonly now?: () => Date;
  /** How long a message that nobody answers for stays away from others; a minute unless said otherwise. */
  readonly visibilitySeconds?: number;
}

/** Every construction of the service, and nothing else. */
export function composeCatalog(options: ComposeOptions): ServiceParts {
  const { config, logger, metrics = createMetrics(), now = () => new Date() } = options;
  const { visibilitySeconds = VISIBILITY_SECONDS } = options;
  const document = createDocumentClient();
  const s3 = createS3Client();
  const publicS3 = createS3Client({ endpoint: config.S3_PUBLIC_ENDPOINT_URL });
  const sns = createSnsClient();
  const sqs = createSqsClient();
  // With connections of its own: a download must not wait behind what the consumers do.
  const grantsSqs = createSqsClient();

  const { CATALOG_EVENTS_QUEUE, CATALOG_EVENTS_DLQ, DOWNLOADS_QUEUE, DOWNLOADS_DLQ } = config;
  const addressOf = (name: string, deadLetterName: string) =>
    queueAddress(name, () => resolveQueue(sqs, name, deadLetterName), logger);
  const eventsQueue = addressOf(CATALOG_EVENTS_QUEUE, CATALOG_EVENTS_DLQ);
  const downloadsQueue = addressOf(DOWNLOADS_QUEUE, DOWNLOADS_DLQ);

  const assets = dynamoAssetRepository({ document, table: config.ASSETS_TABLE });
  const releases = cachedReleaseRepository(
    dynamoReleaseRepository({ document, table: config.RELEASES_TABLE }),
    CACHED_RELEASE_FILES,
  );
  const changes = dynamoChangeLog({ document, table: config.CHANGES_TABLE, now });
  const counting = { document, table: config.DOWNLOAD_COUNTS_TABLE };
  const counts = dynamoCountStore(counting);
  const { index, replica, vocabulary, ...upkeep } = composeReplica({
    config,
    logger,
    metrics,
    document,
    s3,
    assets,
    changes,
    now,
  });

  const publish = snsEventPublisher(sns, config.ASSET_EVENTS_TOPIC_ARN);
  const outbox = createOutboxRelay({
    document,
    table: config.ASSETS_TABLE,
    keyName: 'asin',
    publish,
    logger,
    metrics,
    intervalMs: 350,
  });
  const relay = (asin: string) =>
    void outbox
      .relay(asin)
      .catch((error: unknown) =>
        logger.warn({ err: error, asin }, 'relaying at once failed, the sweep will'),
      );

  const recorder = sqsGrantRecorder({
    sqs: grantsSqs,
    queueUrl: async () => (await downloadsQueue.find()).url,
  });
  catalogMetrics({ metrics, replica, changes, now });

  const writing = { assets, replica, relay, newId, now };
  const change = changeAsset(writing);
  const isUserDeleted = dynamoUserTombstones(document, config.USERS_TABLE);
  const moderationLog = dynamoModerationLog({ document, table: config.MODERATION_LOG_TABLE });
  const moderating = {
    change,
    recordModeration: recordModeration({ assets, log: moderationLog, newId, now }),
  };
  const deletion = composeDeletion({
    config,
    logger,
    s3,
    sqs,
    eventsQueue,
    writing,
    change,
    releases,
    counts,
    isUserDeleted,
    publish,
  });
  const readAsset = getAsset({ assets, replica });

  const workers = catalogWorkers({
    createConsumer: ({ deadLetterName, ...options }) =>
      createSqsConsumer({
        ...options,
        sqs,
        logger,
        visibilitySeconds,
        meter: createQueueMeter({ ...options, deadLetterName, sqs, metrics }),
      }),
    logger,
    eventsQueue,
    downloadsQueue,
    names: {
      events: { name: CATALOG_EVENTS_QUEUE, deadLetterName: CATALOG_EVENTS_DLQ },
      downloads: { name: DOWNLOADS_QUEUE, deadLetterName: DOWNLOADS_DLQ },
    },
    events: {
      recordAssetChange: loggedChanges(recordAssetChange({ changes }), logger),
      purgeSoon: (asin) => deletion.purges.ask(asin),
      writeExportPart: writeExportPart({
        part: 'assets',
        objects: s3ExportObjects({ s3, bucket: config.EXPORTS_BUCKET }),
        collect: collectAssets({ assets, releases, log: moderationLog, replica, ownership: replica }),
        isUserDeleted,
        report: publish,
        now,
      }),
      deleteAssetsOfUser: deletion.deleteAssetsOfUser,
    },
    count: countDownloads({ store: counts, assets, changes, newId, now }),
    replica,
    tailIntervalMs: config.REPLICA_TAIL_INTERVAL_MS,
    sweepPurges: deletion.sweepPurges,
    sweepIntervalMs: config.PURGE_SWEEP_INTERVAL_MS,
    ...upkeep,
    snapshotIntervalMs: config.SNAPSHOT_CHECK_INTERVAL_MS,
    compareIntervalMs: config.COMPARE_INTERVAL_MS,
    now,
  });

  const granting = composeGranting({
    config,
    logger,
    metrics,
    document,
    publicS3,
    assets: gatheredAssetReads(assets),
    releases,
    record: recorder.record,
    now,
  });
  const trust = trustInAuth({ config, sqs, logger });
  const browsing = { vocabulary, replica, index };
  const app = createCatalogApp({
    logger,
    metrics,
    verify: trust.verify,
    urls: { api: config.PUBLIC_URL, media: config.MEDIA_URL },
    trustedProxies: config.TRUSTED_PROXIES,
    searchAssets: searchAssets(browsing),
    getAsset: readAsset,
    getRelease: getRelease({ getAsset: readAsset, releases }),
    getStats: getStats({ getAsset: readAsset, counts, now }),
    grantDownload: grantDownload(granting),
    grantManifest: grantManifest(granting),
    grantArchiveEntry: grantArchiveEntry({
      ...granting,
      findEntry: manifestEntryFinder({ store: s3ManifestStore({ s3, bucket: config.ASSETS_BUCKET }) }),
    }),
    getOwner: getOwner({ replica }),
    listTags: listValues(browsing, 'tags'),
    listLicenses: listValues(browsing, 'licenses'),
    listEngines: listEngines(browsing),
    editAsset: editAsset({ ...moderating, keepPicturesMs: config.REMOVED_PICTURES_KEEP_MS }),
    deleteAsset: deleteAsset(writing),
    addCoOwner: addCoOwner({ change, isUserDeleted }),
    removeCoOwner: removeCoOwner({ change }),
    yankRelease: yankRelease({ change, releases }),
    deleteRelease: deleteRelease({ change, releases }),
    moderateAsset: moderateAsset(moderating),
    listModeration: (asin, limit) => moderationLog.list(asin, limit),
  });

  return {
    app,
    start() {
      trust.start();
      workers.start();
      outbox.task.start();
    },
    isReady: () => workers.isReady(),
    shutdown: [
      { name: 'trust in auth', run: () => trust.stop() },
      { name: 'download grants', run: () => recorder.drain() },
      { name: 'workers', run: (deadlineMs) => workers.stop(deadlineMs) },
      { name: 'purges', run: () => deletion.purges.stop() },
      { name: 'outbox relay', run: () => outbox.task.stop() },
      { name: 'search index', run: () => index.close() },
      {
        name: 'clients',
        run: async () => {
          for (const client of [document, s3, publicS3, sns, sqs, grantsSqs]) client.destroy();
        },
      },
    ],
  };
}
