import { afterAll, expect, test } from 'vitest';
import { passwordHasherContract } from '../contracts/password-hasher.contract.ts';
import { ARGON2ID, argon2PasswordHasher } from './argon2-password-hasher.ts';
import { argon2Threads } from './argon2-threads.ts';
import { createWorkLimiter } from './work-limiter.ts';

const threads = argon2Threads(2);
afterAll(() => threads.close());
const hasher = await argon2PasswordHasher(
  createWorkLimiter({ concurrency: 4, maxQueued: 100 }),
  ARGON2ID,
  threads,
);

passwordHasherContract('argon2id on threads of its own', () => hasher);

test('a hash that is none fails its own job alone, without telling what was in it', async () => {
  const stored = await threads.hash('secret password', ARGON2ID);
  const [broken, good] = await Promise.allSettled([
    threads.verify('secret nonsense', 'secret password'),
    threads.verify(stored, 'secret password'),
  ]);
  expect(broken.status).toBe('rejected');
  expect(String((broken as PromiseRejectedResult).reason)).not.toContain('secret');
  expect(good).toEqual({ status: 'fulfilled', value: true });
});

test('threads that are closed fail what they had', async () => {
  const closing = argon2Threads(1);
  const results = Promise.allSettled([1, 2, 3].map(() => closing.hash('secret password', ARGON2ID)));
  await closing.close();
  for (const each of await results) expect(each.status).toBe('rejected');
  await expect(closing.hash('secret password', ARGON2ID)).rejects.toThrow(/no hashing thread/);
});
