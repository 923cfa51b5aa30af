import type { PasswordHasher } from '../domain/ports.ts';

/** For tests that are not about hashing: reversible, and at once. */
export function memoryPasswordHasher(): PasswordHasher {
  return {
    hash: async (password) => `hash of ${password}`,
    verify: async (stored, password) => stored === `hash of ${password}`,
  };
}
