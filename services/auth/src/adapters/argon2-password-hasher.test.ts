import { DomainError } from '@cairn/shared/errors/domain-error';
import { expect, test } from 'vitest';
import { passwordHasherContract } from '../contracts/password-hasher.contract.ts';
import { argon2PasswordHasher } from './argon2-password-hasher.ts';
import { createWorkLimiter } from './work-limiter.ts';

const hasher = await argon2PasswordHasher(createWorkLimiter({ concurrency: 2, maxQueued: 100 }));

passwordHasherContract('argon2id', () => hasher);

test('a hash is argon2id at 19 MiB, two passes and one lane, with a salt of its own', async () => {
  const [one, other] = await Promise.all([hasher.hash('secret password'), hasher.hash('secret password')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(other).not.toBe(one);
});

test('what would wait behind a full queue is refused at once, with or without a hash', async () => {
  const busy = await argon2PasswordHasher(createWorkLimiter({ concurrency: 1, maxQueued: 1 }));
  const stored = await busy.hash('secret password');
  const all = await Promise.allSettled([
    busy.verify(stored, 'secret password'),
    busy.verify(undefined, 'secret password'),
    busy.verify(stored, 'secret password'),
    busy.verify(undefined, 'secret password'),
    busy.hash('secret password'),
  ]);
  expect(all.map((each) => each.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
    'rejected',
  ]);
  for (const each of all) {
    if (each.status === 'fulfilled') continue;
    expect(each.reason).toBeInstanceOf(DomainError);
    expect(each.reason).toMatchObject({ code: 'auth.busy', retryAfterSeconds: 2 });
  }
});
