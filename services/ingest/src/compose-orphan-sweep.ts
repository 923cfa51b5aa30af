import type { S3Client } from '@aws-sdk/client-s3';
import type { Document } from '@cairn/shared/aws/clients';
import { createPeriodicTask, type PeriodicTask } from '@cairn/shared/lifecycle/periodic-task';
import type { Logger } from '@cairn/shared/logging/logger';
import { dynamoPassProgress } from './adapters/dynamo-pass-progress.ts';
import { dynamoPublishedRecords } from './adapters/dynamo-published-records.ts';
import { s3ObjectInventory } from './adapters/s3-object-inventory.ts';
import type { IngestConfig } from './config.ts';
import { orphanPasses, type OrphanPassesDeps } from './domain/orphans/orphan-passes.ts';
import { sweepOrphans } from './domain/orphans/sweep-orphans.ts';

const PAGE = 200;

interface OrphanSweepParts extends Pick<
  OrphanPassesDeps,
  'uploads' | 'quotas' | 'publication' | 'isUserDeleted' | 'follow' | 'now'
> {
  config: IngestConfig;
  logger: Logger;
  document: Document;
  s3: S3Client;
}

/** The slow pass over everything that no date leads to. */
export function composeOrphanSweep({
  config,
  logger,
  document,
  s3,
  ...domain
}: OrphanSweepParts): PeriodicTask {
  return createPeriodicTask({
    name: 'sweep of orphans',
    intervalMs: config.ORPHAN_SWEEP_INTERVAL_MS,
    logger,
    run: sweepOrphans({
      passes: orphanPasses({
        ...domain,
        records: dynamoPublishedRecords({
          document,
          assetsTable: config.ASSETS_TABLE,
          releasesTable: config.RELEASES_TABLE,
        }),
        inventory: s3ObjectInventory({
          s3,
          buckets: {
            incoming: config.INCOMING_BUCKET,
            copies: config.ASSETS_BUCKET,
            pictures: config.MEDIA_BUCKET,
          },
          pageSize: PAGE,
        }),
        report: (found) => logger.error(found, 'objects of a published record are missing'),
        graceSeconds: config.ORPHAN_GRACE_SECONDS,
      }),
      progress: dynamoPassProgress(document, config.UPLOADS_TABLE),
      restSeconds: config.ORPHAN_REST_SECONDS,
      report: (pass, { looked, mended }) => logger.warn({ pass, looked, mended }, 'orphans were found'),
      now: domain.now,
    }),
  });
}
