import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../domain/ports.ts';
import type { WorkLimiter } from './work-limiter.ts';

/** OWASP's first choice for argon2id (the library's default algorithm): 19 MiB, two passes, one lane. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The limiter bounds memory and threads: hashing runs in libuv's pool, which file and name look-ups share. */
export async function argon2PasswordHasher(limiter: WorkLimiter): Promise<PasswordHasher> {
  const nobodysHash = await hash(randomBytes(32), ARGON2ID);
  return {
    hash: (password) => limiter.run(() => hash(password, ARGON2ID)),
    verify: (stored, password) =>
      limiter.run(async () => {
        const matches = await verify(stored ?? nobodysHash, password);
        return matches && stored !== undefined;
      }),
  };
}
