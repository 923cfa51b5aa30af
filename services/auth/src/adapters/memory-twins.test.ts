import { nameClaimsContract } from '../contracts/name-claims.contract.ts';
import { passwordHasherContract } from '../contracts/password-hasher.contract.ts';
import { sessionRepositoryContract } from '../contracts/session-repository.contract.ts';
import { keyStoreContract } from '../contracts/key-store.contract.ts';
import { userRepositoryContract } from '../contracts/user-repository.contract.ts';
import { memoryKeyStore } from './memory-key-store.ts';
import { memoryNameClaims } from './memory-name-claims.ts';
import { memoryPasswordHasher } from './memory-password-hasher.ts';
import { memorySessionRepository } from './memory-session-repository.ts';
import { memoryUserRepository } from './memory-user-repository.ts';

userRepositoryContract('memory', () => {
  const users = memoryUserRepository();
  return { users, waiting: async (asin) => users.outbox.get(asin) ?? [] };
});
nameClaimsContract('memory', memoryNameClaims);
sessionRepositoryContract('memory', memorySessionRepository);
passwordHasherContract('in memory', memoryPasswordHasher);

const keys = await memoryKeyStore();
keyStoreContract('in memory', () => keys);
