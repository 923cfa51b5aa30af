import { createTokenVerifier } from '@cairn/shared/http/token-verifier';
import { newId } from '@cairn/shared/ids';
import { silentLogger } from '@cairn/shared/logging/logger';
import { memoryKeyStore } from '../adapters/memory-key-store.ts';
import { joseTokenIssuer, storedPublicKeys } from '../adapters/jose-tokens.ts';
import { memoryNameClaims } from '../adapters/memory-name-claims.ts';
import { memoryPasswordHasher } from '../adapters/memory-password-hasher.ts';
import { memorySessionRepository } from '../adapters/memory-session-repository.ts';
import { memoryUserRepository } from '../adapters/memory-user-repository.ts';
import { createAuthApp } from '../app.ts';
import { deleteUser } from '../domain/delete-user.ts';
import { finishUserDeletion } from '../domain/finish-user-deletion.ts';
import { getOwnAccount } from '../domain/get-own-account.ts';
import { openSession } from '../domain/open-session.ts';
import { registerUser } from '../domain/register-user.ts';
import { signIn } from '../domain/sign-in.ts';
import { NOON } from './builders.ts';

const keys = await memoryKeyStore();
const token = { issuer: 'https://cairn.test', audience: 'cairn' };

/** The whole service on memory twins, with a clock that stands until it is moved. */
export function memoryAuth() {
  const clock = { now: new Date(NOON) };
  const now = () => clock.now;
  const stores = {
    users: memoryUserRepository(),
    names: memoryNameClaims(),
    sessions: memorySessionRepository(),
  };
  const hasher = memoryPasswordHasher();
  const deps = { ...stores, hasher, now, newId, issueToken: joseTokenIssuer({ keys, ...token }) };
  const withSessions = { ...deps, openSession: openSession(deps) };
  const finish = finishUserDeletion(stores);
  const followUps: string[] = [];
  const useCases = {
    registerUser: registerUser(withSessions),
    signIn: signIn(withSessions),
    getOwnAccount: getOwnAccount(stores),
    deleteUser: deleteUser({
      ...deps,
      followUp: async (userId) => {
        followUps.push(userId);
        await finish(userId);
      },
    }),
  };
  const verify = createTokenVerifier({ keys: storedPublicKeys(keys), ...token, now });
  return {
    ...withSessions,
    ...useCases,
    clock,
    followUps,
    verify,
    app: createAuthApp({ logger: silentLogger(), verify, keys, ...useCases }),
  };
}

export type MemoryAuth = ReturnType<typeof memoryAuth>;
