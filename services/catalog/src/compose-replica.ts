import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Document } from '@cairn/shared/aws/clients';
import type { Logger } from '@cairn/shared/logging/logger';
import type { Metrics } from '@cairn/shared/telemetry/metrics';
import { dynamoSnapshotTurn } from './adapters/dynamo-snapshot-turn.ts';
import { s3SnapshotShelf } from './adapters/s3-snapshot-shelf.ts';
import { workerSearchIndex } from './adapters/search-index/worker-search-index.ts';
import type { CatalogConfig } from './config.ts';
import { createVocabulary } from './domain/browse/vocabulary.ts';
import type { AssetRepository } from './domain/ports.ts';
import type { ChangeLog } from './domain/replica/change-log.ts';
import { compareWithTables } from './domain/replica/compare-with-tables.ts';
import { keepSnapshots } from './domain/replica/keep-snapshots.ts';
import { createReplica } from './domain/replica/replica.ts';
import { noteVisible } from './telemetry/note-visible.ts';

/** After each page of the tables that a replica is compared with, so that it is not noticed. */
const COMPARE_PAUSE_MS = 200;

/** Whoever has waited so long for an answer asks again, or has gone. */
const MAX_SEARCH_WAIT_MS = 2_000;

/** What this process has in memory of the catalog, what watches it, and what keeps it sound. */
export function composeReplica(deps: {
  config: CatalogConfig;
  logger: Logger;
  metrics: Metrics;
  document: Document;
  s3: S3Client;
  assets: AssetRepository;
  changes: ChangeLog;
  now: () => Date;
}) {
  const { config, logger, metrics, document, s3, assets, changes, now } = deps;
  const index = workerSearchIndex({
    maxWaitMs: MAX_SEARCH_WAIT_MS,
    onLost: (error) => logger.error({ err: error }, 'the search index is lost and will be filled again'),
  });
  const vocabulary = createVocabulary();
  const shelf = s3SnapshotShelf({ s3, bucket: config.INDEX_BUCKET, newName: randomUUID });
  const replica = createReplica({
    assets,
    changes,
    index,
    shelf,
    onSnapshotRefused: (snapshot, reason, err) =>
      logger.warn({ err, snapshot, reason }, 'a snapshot was refused, an older one or the tables are read'),
    now,
    views: { vocabulary },
    onVisible: noteVisible(metrics, now),
  });
  return {
    index,
    vocabulary,
    replica,
    keepSnapshots: keepSnapshots({
      replica,
      shelf,
      turn: dynamoSnapshotTurn({ document, table: config.CHANGES_TABLE, newId: randomUUID, now }),
      changes,
      everyChanges: config.SNAPSHOT_EVERY_CHANGES,
      everyMs: config.SNAPSHOT_EVERY_MS,
      keepChangesMs: config.CHANGES_KEEP_MS,
      now,
      onWritten: (written) => logger.info(written, 'a snapshot was written'),
    }),
    compare: compareWithTables({
      assets,
      replica,
      pause: (signal) => delay(COMPARE_PAUSE_MS, undefined, { signal }).catch(() => undefined),
      now,
      onCompared: (comparison) =>
        logger[comparison.repaired > 0 || !comparison.indexComplete ? 'warn' : 'info'](
          comparison,
          'compared with the tables',
        ),
    }),
  };
}
