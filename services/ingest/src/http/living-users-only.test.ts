import type { Principal } from '@cairn/shared/http/principal';
import { newId } from '@cairn/shared/ids';
import { expect, it } from 'vitest';
import { livingUsersOnly } from './living-users-only.ts';

function aVerifier() {
  const userId = newId('user');
  const principal: Principal = {
    userId,
    username: 'ada',
    sessionId: newId('session'),
    scopes: new Set(['assets:read']),
    expiresAt: 0,
  };
  const state = { deleted: false, reads: 0, at: 0 };
  const verify = livingUsersOnly(
    async () => principal,
    async () => {
      state.reads += 1;
      return state.deleted;
    },
    () => new Date(state.at),
  );
  return { state, principal, verify };
}

it('I6: a token is refused from the moment when its account is gone', async () => {
  const { state, principal, verify } = aVerifier();
  expect(await verify('token')).toBe(principal);
  state.deleted = true;
  await expect(verify('token')).rejects.toMatchObject({ code: 'auth.invalid_token' });
});

it('remembers that an account is gone for a few seconds, and never that it is there', async () => {
  const { state, verify } = aVerifier();
  await verify('token');
  await verify('token');
  expect(state.reads).toBe(2);
  state.deleted = true;
  for (let i = 0; i < 5; i += 1) await expect(verify('token')).rejects.toThrow('auth.invalid_token');
  expect(state.reads).toBe(3);
  state.at += 5_001;
  await expect(verify('token')).rejects.toThrow('auth.invalid_token');
  expect(state.reads).toBe(4);
});
