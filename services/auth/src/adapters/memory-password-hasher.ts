import type { PasswordHasher } from '../domain/ports.ts';

/** For tests that are not about hashing: reversible, and at once. */
export function memoryPasswordHasher(): PasswordHasher {
  return {
    hash: async (password) => `hash of ${password}`,
    isOutdated: (stored) => stored.startsWith('old '),
    verify: async (stored, password) => stored?.replace(/^old /, '') === `hash of ${password}`,
  };
}
