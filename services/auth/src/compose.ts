import { createDocumentClient, createSnsClient, type Document } from '@cairn/shared/aws/clients';
import { createTokenVerifier } from '@cairn/shared/http/token-verifier';
import { newId } from '@cairn/shared/ids';
import type { ServiceParts } from '@cairn/shared/lifecycle/run-service';
import type { Logger } from '@cairn/shared/logging/logger';
import { snsEventPublisher } from '@cairn/shared/messaging/event-publisher';
import { createOutboxRelay } from '@cairn/shared/messaging/outbox-relay';
import { argon2PasswordHasher } from './adapters/argon2-password-hasher.ts';
import { dynamoNameClaims } from './adapters/dynamo-name-claims.ts';
import { dynamoSessionRepository } from './adapters/dynamo-session-repository.ts';
import { dynamoUserRepository } from './adapters/dynamo-user-repository.ts';
import { openFileKeyStore } from './adapters/file-key-store.ts';
import { joseTokenIssuer, storedPublicKeys } from './adapters/jose-tokens.ts';
import { createWorkLimiter } from './adapters/work-limiter.ts';
import { createAuthApp } from './app.ts';
import type { AuthConfig } from './config.ts';
import { deleteUser } from './domain/delete-user.ts';
import { finishUserDeletion } from './domain/finish-user-deletion.ts';
import { getOwnAccount } from './domain/get-own-account.ts';
import { openSession } from './domain/open-session.ts';
import { registerUser } from './domain/register-user.ts';
import { signIn } from './domain/sign-in.ts';
import { deletionFollowUp } from './messaging/deletion-follow-up.ts';
import { userEventPublisher } from './messaging/user-event-publisher.ts';

export interface ComposeOptions {
  readonly config: AuthConfig;
  readonly logger: Logger;
  readonly now?: () => Date;
  /** Tests put faults between it and the tables. */
  readonly document?: Document;
}

export async function composeAuth({
  config,
  logger,
  now = () => new Date(),
  document = createDocumentClient(),
}: ComposeOptions): Promise<ServiceParts> {
  const token = { issuer: config.TOKEN_ISSUER, audience: config.TOKEN_AUDIENCE };
  const keys = await openFileKeyStore(config.SIGNING_KEYS_FILE, now);
  const hasher = await argon2PasswordHasher(
    createWorkLimiter({
      concurrency: config.PASSWORD_HASH_CONCURRENCY,
      maxQueued: config.PASSWORD_HASH_QUEUE,
    }),
  );

  const sns = createSnsClient();
  const stores = {
    users: dynamoUserRepository(document, config.USERS_TABLE),
    names: dynamoNameClaims(document, config.USERS_TABLE),
    sessions: dynamoSessionRepository(document, config.SESSIONS_TABLE),
  };
  const deps = { ...stores, hasher, now, newId, issueToken: joseTokenIssuer({ keys, ...token }) };
  const withSessions = { ...deps, openSession: openSession(deps) };

  const finish = finishUserDeletion(stores);
  const relay = createOutboxRelay({
    document,
    table: config.USERS_TABLE,
    keyName: 'asin',
    publish: userEventPublisher({
      finishUserDeletion: finish,
      publish: snsEventPublisher(sns, config.ASSET_EVENTS_TOPIC_ARN),
    }),
    logger,
  });
  const followUp = deletionFollowUp({ finishUserDeletion: finish, relay, logger });

  const app = createAuthApp({
    logger,
    keys,
    verify: createTokenVerifier({ keys: storedPublicKeys(keys), ...token, now }),
    registerUser: registerUser(withSessions),
    signIn: signIn(withSessions),
    getOwnAccount: getOwnAccount(stores),
    deleteUser: deleteUser({ ...deps, followUp: (userId) => followUp.run(userId) }),
  });

  return {
    app,
    start: () => relay.task.start(),
    shutdown: [
      { name: 'announcements', run: () => followUp.drain() },
      { name: 'outbox relay', run: () => relay.task.stop() },
      {
        name: 'clients',
        run: async () => {
          document.destroy();
          sns.destroy();
        },
      },
    ],
  };
}
