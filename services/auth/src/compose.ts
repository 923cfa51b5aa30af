import { availableParallelism } from 'node:os';
import {
  createDocumentClient,
  createS3Client,
  createSnsClient,
  createSqsClient,
  type Document,
} from '@cairn/shared/aws/clients';
import { writeExportPart } from '@cairn/shared/exports/write-export-part';
import { keyUsageReporter } from '@cairn/shared/http/key-usage';
import { createTokenVerifier } from '@cairn/shared/http/token-verifier';
import { newId } from '@cairn/shared/ids';
import { createPeriodicTask } from '@cairn/shared/lifecycle/periodic-task';
import type { ServiceParts } from '@cairn/shared/lifecycle/run-service';
import type { Logger } from '@cairn/shared/logging/logger';
import { snsEventPublisher } from '@cairn/shared/messaging/event-publisher';
import { awaitDependency } from '@cairn/shared/lifecycle/dependency';
import { namedConsumer } from '@cairn/shared/messaging/named-consumer';
import { createOutboxRelay } from '@cairn/shared/messaging/outbox-relay';
import { createMetrics, type Metrics } from '@cairn/shared/telemetry/metrics';
import { ARGON2ID, argon2PasswordHasher } from './adapters/argon2-password-hasher.ts';
import { argon2Threads } from './adapters/argon2-threads.ts';
import { currentRevocations } from './adapters/current-revocations.ts';
import { dynamoAccountRepository } from './adapters/dynamo-account-repository.ts';
import { dynamoApiKeyRepository } from './adapters/dynamo-api-key-repository.ts';
import { dynamoAttemptStore } from './adapters/dynamo-attempt-store.ts';
import { dynamoAuditLog } from './adapters/dynamo-audit-log.ts';
import { dynamoExportRepository } from './adapters/dynamo-export-repository.ts';
import { dynamoDeletionRepository } from './adapters/dynamo-deletion-repository.ts';
import { dynamoNameClaims } from './adapters/dynamo-name-claims.ts';
import { dynamoRevocationRepository } from './adapters/dynamo-revocation-repository.ts';
import { dynamoSessionRepository } from './adapters/dynamo-session-repository.ts';
import { dynamoStaffRepository } from './adapters/dynamo-staff-repository.ts';
import { dynamoUserRepository } from './adapters/dynamo-user-repository.ts';
import { joseApiKeyIssuer, joseTokenIssuer, storedPublicKeys } from './adapters/jose-tokens.ts';
import { s3ExportStore } from './adapters/s3-export-store.ts';
import { signedRevocations } from './adapters/signed-revocations.ts';
import { openKeyStore } from './adapters/stored-key-store.ts';
import { createWorkLimiter } from './adapters/work-limiter.ts';
import { createAuthApp } from './app.ts';
import { signingKeyStorage } from './compose-keys.ts';
import { composeUseCases, type AuthPorts } from './compose-use-cases.ts';
import type { AuthConfig } from './config.ts';
import { collectAccount } from './domain/exporting/collect-account.ts';
import { sweepExports } from './domain/exporting/remove-exports.ts';
import { keepNobody } from './domain/nobody.ts';
import { apiKeyUsageConsumer } from './messaging/api-key-usage.consumer.ts';
import { authEventsConsumer } from './messaging/auth-events.consumer.ts';
import { deletionFollowUp } from './messaging/deletion-follow-up.ts';
import { userEventPublisher } from './messaging/user-event-publisher.ts';
import { hashingMetrics } from './telemetry/hashing-metrics.ts';

const USAGE_VISIBILITY_SECONDS = 30;
const EVENTS_VISIBILITY_SECONDS = 60;
const EXPORT_SWEEP_MS = 10 * 60_000;

export interface ComposeOptions {
  readonly config: AuthConfig;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  readonly now?: () => Date;
  /** Tests put faults between it and the tables. */
  readonly document?: Document;
}

export async function composeAuth({
  config,
  logger,
  metrics = createMetrics(),
  now = () => new Date(),
  document = createDocumentClient(),
}: ComposeOptions): Promise<ServiceParts> {
  const keys = await openKeyStore(signingKeyStorage(config), { now, logger });
  const token = { keys, issuer: config.TOKEN_ISSUER, audience: config.TOKEN_AUDIENCE };
  // One processor is left for everything else, so that a storm of sign-ins does not stop other routes.
  const threadCount = config.PASSWORD_HASH_CONCURRENCY ?? Math.max(1, availableParallelism() - 1);
  const threads = argon2Threads(threadCount);
  const limiter = createWorkLimiter({
    // Each thread hashes one and has the next in hand.
    concurrency: 2 * threadCount,
    maxQueued: config.PASSWORD_HASH_QUEUE,
  });
  hashingMetrics(metrics, limiter);
  const hasher = await argon2PasswordHasher(limiter, ARGON2ID, threads);

  const s3 = createS3Client();
  const publicS3 = createS3Client({ endpoint: config.S3_PUBLIC_ENDPOINT_URL });
  const sns = createSnsClient();
  const sqs = createSqsClient();
  const storedRevocations = dynamoRevocationRepository(document, config.REVOCATIONS_TABLE);
  const revocations = currentRevocations(storedRevocations, now);
  const publish = snsEventPublisher(sns, config.ASSET_EVENTS_TOPIC_ARN);
  const exportStore = s3ExportStore({ s3, publicS3, bucket: config.EXPORTS_BUCKET, now });
  const users = dynamoUserRepository(document, config.USERS_TABLE);
  const ports: AuthPorts = {
    users,
    accounts: dynamoAccountRepository(document, config.USERS_TABLE),
    staff: dynamoStaffRepository(document, config.USERS_TABLE),
    audit: dynamoAuditLog(document, config.AUDIT_LOG_TABLE),
    deletions: dynamoDeletionRepository(document, config.DELETIONS_TABLE),
    exports: dynamoExportRepository(document, config.USERS_TABLE),
    exportStore,
    announce: (key) => followUp.announce(key),
    names: dynamoNameClaims(document, config.USERS_TABLE),
    sessions: dynamoSessionRepository(document, config.SESSIONS_TABLE),
    apiKeys: dynamoApiKeyRepository(document, config.API_KEYS_TABLE),
    attempts: dynamoAttemptStore(document, config.SIGN_IN_ATTEMPTS_TABLE),
    revocations: { ...storedRevocations, add: revocations.add },
    hasher,
    issueToken: joseTokenIssuer(token),
    issueApiKey: joseApiKeyIssuer(token),
    lifetimes: {
      accessSeconds: config.ACCESS_TOKEN_SECONDS,
      idleSeconds: config.SESSION_IDLE_SECONDS,
      absoluteSeconds: config.SESSION_ABSOLUTE_SECONDS,
    },
    logger,
    now,
    newId,
  };
  const useCases = composeUseCases(ports);
  const { finishUserDeletion } = useCases;
  const relay = createOutboxRelay({
    document,
    table: config.USERS_TABLE,
    keyName: 'asin',
    publish: userEventPublisher({
      ...useCases,
      publish,
    }),
    logger,
    metrics,
  });
  const followUp = deletionFollowUp({ finishUserDeletion, relay, logger });

  const { API_KEY_USAGE_QUEUE, API_KEY_USAGE_DLQ } = config;
  const usage = keyUsageReporter({ sqs, queue: API_KEY_USAGE_QUEUE, logger, now });
  const consuming = { sqs, concurrency: 4, logger, metrics };
  const usageConsumer = namedConsumer({
    ...consuming,
    name: API_KEY_USAGE_QUEUE,
    deadLetterName: API_KEY_USAGE_DLQ,
    visibilitySeconds: USAGE_VISIBILITY_SECONDS,
    handle: apiKeyUsageConsumer(useCases.apiKeys),
  });

  const writeAccountPart = writeExportPart({
    part: 'account',
    objects: exportStore,
    collect: collectAccount(ports),
    isUserDeleted: async (userId) => ((await ports.users.find(userId))?.status ?? 'deleted') === 'deleted',
    report: publish,
    now,
  });
  const exportSweep = createPeriodicTask({
    name: 'sweep of exports',
    intervalMs: EXPORT_SWEEP_MS,
    maxIntervalMs: EXPORT_SWEEP_MS,
    logger,
    run: sweepExports({ exportStore, now }),
  });

  const eventsConsumer = namedConsumer({
    ...consuming,
    name: config.AUTH_EVENTS_QUEUE,
    deadLetterName: config.AUTH_EVENTS_DLQ,
    visibilitySeconds: EVENTS_VISIBILITY_SECONDS,
    handle: authEventsConsumer({ ...useCases, writeExportPart: writeAccountPart }),
  });

  const app = createAuthApp({
    ...useCases,
    logger,
    metrics,
    keys,
    verify: createTokenVerifier({
      ...token,
      keys: storedPublicKeys(keys),
      now,
      revocations,
      noteKeyUse: usage.note,
    }),
    deleteUser: useCases.deleteUserWith((userId) => followUp.run(userId)),
    signedRevocations: signedRevocations({ token, revocations }),
    issuer: config.TOKEN_ISSUER,
    publicUrl: config.PUBLIC_URL,
    trustedProxies: config.TRUSTED_PROXIES,
  });

  const table = awaitDependency({
    name: 'the table of users',
    ask: () => keepNobody({ users, hasher, now }),
    logger,
  });

  return {
    app,
    // Once: without its tables nobody can sign in, but the others go on to verify tokens by the keys it publishes.
    isReady: () => table.wasReached(),
    start() {
      table.task.start();
      relay.task.start();
      keys.task.start();
      exportSweep.start();
      usageConsumer.start();
      eventsConsumer.start();
    },
    shutdown: [
      { name: 'readiness', run: () => table.task.stop() },
      { name: 'announcements', run: () => followUp.drain() },
      { name: 'use of keys', run: () => usage.drain() },
      {
        name: 'consumers',
        run: async (deadlineMs) => {
          await Promise.all([usageConsumer, eventsConsumer].map((each) => each.stop(deadlineMs)));
        },
      },
      { name: 'outbox relay', run: () => relay.task.stop() },
      { name: 'sweep of exports', run: () => exportSweep.stop() },
      { name: 'signing keys', run: () => keys.task.stop() },
      { name: 'hashing threads', run: () => threads.close() },
      {
        name: 'clients',
        run: async () => {
          for (const client of [document, s3, publicS3, sns, sqs]) client.destroy();
        },
      },
    ],
  };
}
