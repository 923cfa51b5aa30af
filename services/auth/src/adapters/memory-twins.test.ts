import { apiKeyRepositoryContract } from '../contracts/api-key-repository.contract.ts';
import { attemptStoreContract } from '../contracts/attempt-store.contract.ts';
import { keyStorageContract } from '../contracts/key-storage.contract.ts';
import { nameClaimsContract } from '../contracts/name-claims.contract.ts';
import { passwordHasherContract } from '../contracts/password-hasher.contract.ts';
import { revocationRepositoryContract } from '../contracts/revocation-repository.contract.ts';
import { sessionRepositoryContract } from '../contracts/session-repository.contract.ts';
import { keyStoreContract } from '../contracts/key-store.contract.ts';
import { userRepositoryContract } from '../contracts/user-repository.contract.ts';
import { memoryApiKeyRepository } from './memory-api-key-repository.ts';
import { memoryAttemptStore } from './memory-attempt-store.ts';
import { memoryKeyStorage } from './memory-key-storage.ts';
import { memoryKeyStore } from './memory-key-store.ts';
import { memoryNameClaims } from './memory-name-claims.ts';
import { memoryPasswordHasher } from './memory-password-hasher.ts';
import { memoryRevocationRepository } from './memory-revocation-repository.ts';
import { memorySessionRepository } from './memory-session-repository.ts';
import { memoryUserRepository } from './memory-user-repository.ts';

userRepositoryContract('memory', () => {
  const users = memoryUserRepository();
  return { users, waiting: async (asin) => users.outbox.get(asin) ?? [] };
});
apiKeyRepositoryContract('memory', memoryApiKeyRepository);
revocationRepositoryContract('memory', memoryRevocationRepository);
attemptStoreContract('memory', memoryAttemptStore);
keyStorageContract('in memory', memoryKeyStorage);
nameClaimsContract('memory', memoryNameClaims);
sessionRepositoryContract('memory', memorySessionRepository);
passwordHasherContract('in memory', memoryPasswordHasher);

const keys = await memoryKeyStore();
keyStoreContract('in memory', () => keys);
