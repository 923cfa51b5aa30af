import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../domain/ports.ts';
import type { WorkLimiter } from './work-limiter.ts';

/** OWASP's first choice for argon2id (the library's default algorithm): 19 MiB, two passes, one lane. */
export const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export interface Argon2Parameters {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

export interface Argon2Engine {
  hash(password: string, parameters: Argon2Parameters): Promise<string>;
  verify(stored: string, password: string): Promise<boolean>;
}

/** Libuv's pool, which file and name look-ups share; the limiter bounds memory and threads. */
const POOL: Argon2Engine = { hash, verify };

export async function argon2PasswordHasher(
  limiter: WorkLimiter,
  parameters: Argon2Parameters = ARGON2ID,
  engine: Argon2Engine = POOL,
): Promise<PasswordHasher> {
  const nobodysHash = await engine.hash(randomBytes(32).toString('base64'), parameters);
  return {
    hash: (password) => limiter.run(() => engine.hash(password, parameters)),
    isOutdated: (stored) => isWeaker(stored, parameters),
    verify: (stored, password) =>
      limiter.run(async () => {
        const matches = await engine.verify(stored ?? nobodysHash, password);
        return matches && stored !== undefined;
      }),
  };
}

const COSTS = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/;

/** Made with less memory or fewer passes than new ones, or not by argon2id at all. */
function isWeaker(stored: string, parameters: Argon2Parameters): boolean {
  const [memory, passes] = COSTS.exec(stored)?.slice(1).map(Number) ?? [];
  if (memory === undefined || passes === undefined) return true;
  return memory < parameters.memoryCost || passes < parameters.timeCost;
}
