import { createTokenVerifier } from '@cairn/shared/http/token-verifier';
import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import { newId } from '@cairn/shared/ids';
import { silentLogger, type Logger } from '@cairn/shared/logging/logger';
import { currentRevocations } from '../adapters/current-revocations.ts';
import { joseApiKeyIssuer, joseTokenIssuer, storedPublicKeys } from '../adapters/jose-tokens.ts';
import { memoryAccountRepository } from '../adapters/memory-account-repository.ts';
import { memoryApiKeyRepository } from '../adapters/memory-api-key-repository.ts';
import { memoryAttemptStore } from '../adapters/memory-attempt-store.ts';
import { memoryAuditLog } from '../adapters/memory-audit-log.ts';
import { memoryDeletionRepository } from '../adapters/memory-deletion-repository.ts';
import { memoryExportRepository } from '../adapters/memory-export-repository.ts';
import { memoryExportStore } from '../adapters/memory-export-store.ts';
import { memoryKeyStore } from '../adapters/memory-key-store.ts';
import { memoryNameClaims } from '../adapters/memory-name-claims.ts';
import { memoryPasswordHasher } from '../adapters/memory-password-hasher.ts';
import { memoryRevocationRepository } from '../adapters/memory-revocation-repository.ts';
import { memorySessionRepository } from '../adapters/memory-session-repository.ts';
import { memoryStaffRepository } from '../adapters/memory-staff-repository.ts';
import { memoryUserRepository } from '../adapters/memory-user-repository.ts';
import { signedRevocations } from '../adapters/signed-revocations.ts';
import { createAuthApp } from '../app.ts';
import { composeUseCases } from '../compose-use-cases.ts';
import { MAX_ACCESS_TOKEN_SECONDS } from '../domain/session.ts';
import { userEventPublisher } from '../messaging/user-event-publisher.ts';
import { NOON } from './builders.ts';

const keys = await memoryKeyStore();
const token = { keys, issuer: 'https://cairn.test', audience: 'cairn' };

export const LIFETIMES = {
  accessSeconds: MAX_ACCESS_TOKEN_SECONDS,
  idleSeconds: 30 * 86_400,
  absoluteSeconds: 180 * 86_400,
};

/** The whole service on memory twins, with a clock that stands until it is moved. */
export function memoryAuth({ logger = silentLogger() }: { logger?: Logger } = {}) {
  const clock = { now: new Date(NOON) };
  const now = () => clock.now;
  const users = memoryUserRepository();
  const stored = memoryRevocationRepository();
  const revocations = currentRevocations(stored, now, 0);
  const staff = memoryStaffRepository();
  const exports = memoryExportRepository(users.outbox);
  const exportStore = memoryExportStore(now);
  const useCases = composeUseCases({
    users,
    accounts: memoryAccountRepository(users),
    staff,
    audit: memoryAuditLog(),
    deletions: memoryDeletionRepository(),
    exports,
    exportStore,
    announce: () => undefined,
    names: memoryNameClaims(),
    sessions: memorySessionRepository(),
    apiKeys: memoryApiKeyRepository(),
    attempts: memoryAttemptStore(),
    revocations: stored,
    hasher: memoryPasswordHasher(),
    issueToken: joseTokenIssuer(token),
    issueApiKey: joseApiKeyIssuer(token),
    lifetimes: LIFETIMES,
    logger,
    now,
    newId,
  });
  const followUps: string[] = [];
  const keyUses: { userId: string; keyId: string }[] = [];
  const deleteUser = useCases.deleteUserWith(async (userId) => {
    followUps.push(userId);
    await useCases.finishUserDeletion(userId);
  });
  const verify = createTokenVerifier({
    ...token,
    keys: storedPublicKeys(keys),
    now,
    revocations,
    noteKeyUse: (use) => keyUses.push(use),
  });
  /** What the outbox relay does: hands everything that waits to the publisher. */
  const published: CairnEvent[] = [];
  const relay = async () => {
    const publish = userEventPublisher({ ...useCases, publish: async (event) => void published.push(event) });
    for (const waiting of [...users.outbox.values(), staff.outbox]) {
      for (const event of waiting.splice(0)) await publish(event);
    }
  };
  const deps = {
    ...useCases,
    logger,
    keys,
    verify,
    deleteUser,
    signedRevocations: signedRevocations({ token, revocations }),
    issuer: token.issuer,
    publicUrl: token.issuer,
    trustedProxies: 1,
  };
  return {
    ...deps,
    revocations: stored,
    users,
    staff,
    exports,
    exportStore,
    relay,
    published,
    clock,
    followUps,
    keyUses,
    app: createAuthApp(deps),
  };
}

export type MemoryAuth = ReturnType<typeof memoryAuth>;
