import { randomBytes, randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Document } from '@cairn/shared/aws/clients';
import { newId } from '@cairn/shared/ids';
import type { Logger } from '@cairn/shared/logging/logger';
import type { Metrics } from '@cairn/shared/telemetry/metrics';
import { dynamoSaltStore } from './adapters/dynamo-salt-store.ts';
import { s3Presigner } from './adapters/s3-presigner.ts';
import type { CatalogConfig } from './config.ts';
import { boundedRecording } from './domain/downloads/bounded-recording.ts';
import { dailySalt } from './domain/downloads/daily-salt.ts';
import type { GrantDeps } from './domain/downloads/grant-download.ts';
import { lossMeter } from './domain/downloads/loss-meter.ts';
import { tallySheets } from './domain/downloads/tally-sheets.ts';

/** I13: no download waits longer for its count. */
const GRANT_WAIT_MS = 50;

/** What every grant of bytes needs: records, a presigner, and a count that keeps nobody waiting. */
export function composeGranting(deps: {
  config: CatalogConfig;
  logger: Logger;
  metrics: Metrics;
  document: Document;
  publicS3: S3Client;
  assets: GrantDeps['assets'];
  releases: GrantDeps['releases'];
  record: GrantDeps['record'];
  now: () => Date;
}): GrantDeps {
  const { config, logger, metrics, document, publicS3, assets, releases, record, now } = deps;
  const losses = lossMeter({
    report: ({ reason, lostSinceReport, lostInTotal }) =>
      logger.warn(
        { err: reason, lost_downloads: lostSinceReport, lost_downloads_total: lostInTotal },
        'downloads went on without being counted',
      ),
    now,
    periodMs: 1_000,
  });
  metrics.sampled('cairn_download_grants_lost_total', () => losses.total());
  return {
    assets,
    releases,
    presign: s3Presigner({ s3: publicS3, bucket: config.ASSETS_BUCKET, now }),
    record,
    bounded: boundedRecording({ meterLoss: losses.meter, waitMs: GRANT_WAIT_MS }),
    saltOf: dailySalt({
      store: dynamoSaltStore({ document, table: config.DOWNLOAD_COUNTS_TABLE }),
      newSalt: () => randomBytes(32).toString('base64url'),
      onFailure: (error) =>
        logger.warn({ err: error }, 'the salt of a day could not be agreed on or removed'),
    }),
    sheetOf: tallySheets(randomUUID().slice(0, 8)),
    newId,
    now,
  };
}
