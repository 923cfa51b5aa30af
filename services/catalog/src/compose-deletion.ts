import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from '@cairn/shared/logging/logger';
import type { PublishEvent } from '@cairn/shared/messaging/event-publisher';
import type { QueueAddress } from '@cairn/shared/messaging/queue-address';
import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';
import { s3ObjectStore } from './adapters/s3-object-store.ts';
import { sqsCascadeSchedule } from './adapters/sqs-cascade-schedule.ts';
import type { CatalogConfig } from './config.ts';
import type { ChangeAsset, ChangeDeps } from './domain/change-asset.ts';
import { deleteAssetsOfUser } from './domain/deletion/delete-assets-of-user.ts';
import { purgeAsset } from './domain/deletion/purge-asset.ts';
import { purgeDue } from './domain/deletion/purge-due.ts';
import { purgeLeftovers } from './domain/deletion/purge-leftovers.ts';
import { purgeSoon } from './domain/deletion/purge-soon.ts';
import { reportPurge } from './domain/deletion/report-purge.ts';
import { sweepPurges } from './domain/deletion/sweep-purges.ts';
import type { CountStore } from './domain/downloads/count-store.ts';
import { forgetCounts } from './domain/downloads/forget-counts.ts';
import type { AssetRepository, ReleaseRepository } from './domain/ports.ts';
import type { Replica } from './domain/replica/replica.ts';

/** What a deletion sets going: the purge of what an asset has left, and the cascade of a deleted account. */
export function composeDeletion(deps: {
  config: CatalogConfig;
  logger: Logger;
  s3: S3Client;
  sqs: SQSClient;
  eventsQueue: QueueAddress;
  writing: ChangeDeps & { assets: AssetRepository; replica: Replica };
  change: ChangeAsset;
  releases: ReleaseRepository;
  counts: CountStore;
  isUserDeleted: IsUserDeleted;
  publish: PublishEvent;
}) {
  const { config, logger, s3, writing, releases, counts, publish } = deps;
  const { assets, replica, newId, now } = writing;
  const purging = {
    assets,
    releases,
    stores: [
      s3ObjectStore({ s3, bucket: config.ASSETS_BUCKET }),
      s3ObjectStore({ s3, bucket: config.MEDIA_BUCKET }),
    ],
    settleMs: config.PURGE_SETTLE_MS,
    now,
  };
  const purge = purgeDue({
    purgeAsset: purgeAsset({ ...purging, forgetCounts: forgetCounts(counts) }),
    purgeLeftovers: purgeLeftovers(purging),
  });
  const onFailure = (error: unknown, asin: string) =>
    logger.warn({ err: error, asin }, 'a purge failed, will be tried again');
  return {
    purges: purgeSoon({ purge, onFailure }),
    sweepPurges: sweepPurges({ assets, purge, onFailure, now }),
    deleteAssetsOfUser: deleteAssetsOfUser({
      ...writing,
      ownership: replica,
      change: deps.change,
      isUserDeleted: deps.isUserDeleted,
      onUserPurged: reportPurge({
        assets,
        announce: (userId, deleted) =>
          publish({
            id: newId('event'),
            type: 'user.purged',
            occurred_at: now().toISOString(),
            revision: 1,
            user_id: userId,
            counts: { ...deleted },
          }),
      }),
      schedule: sqsCascadeSchedule({
        sqs: deps.sqs,
        queueUrl: async () => (await deps.eventsQueue.find()).url,
        delaySeconds: config.CASCADE_DELAY_SECONDS,
      }),
    }),
  };
}
