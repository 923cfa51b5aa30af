import { newId } from '@cairn/shared/ids';
import type { ApiKey } from '../domain/api-key.ts';
import type { Session } from '../domain/session.ts';
import type { ActiveUser, DeletedUser, NameClaim } from '../domain/user.ts';

export const NOON = '2026-11-22T12:00:00.000Z';
export const PASSWORD = 'correct horse battery staple';

export const aUser = (changes: Partial<ActiveUser> = {}): ActiveUser => ({
  asin: newId('user'),
  status: 'active',
  username: 'Mara',
  password: `hash of ${PASSWORD}`,
  date_created: NOON,
  revision: 1,
  ...changes,
});

export const aTombstone = (of: ActiveUser, changes: Partial<DeletedUser> = {}): DeletedUser => ({
  asin: of.asin,
  status: 'deleted',
  date_deleted: NOON,
  revision: of.revision + 1,
  cleanup: { name: of.username.toLowerCase() },
  ...changes,
});

export const aClaim = (changes: Partial<NameClaim> = {}): NameClaim => ({
  name: `name-${newId('token')}`,
  user_id: newId('user'),
  state: 'pending',
  claimed_at: NOON,
  ...changes,
});

export const aSession = (changes: Partial<Session> = {}): Session => ({
  user_id: newId('user'),
  session_id: newId('session'),
  created_at: NOON,
  expires_at: Date.parse(NOON) / 1000 + 3_600,
  user_agent: 'cairn-test/1.0',
  family_hash: 'hash of the family',
  refresh_hash: 'hash of the token',
  last_used_day: NOON.slice(0, 10),
  ...changes,
});

export const anApiKey = (changes: Partial<ApiKey> = {}): ApiKey => ({
  user_id: newId('user'),
  key_id: newId('key'),
  name: 'build server',
  scopes: ['assets:write'],
  created_at: NOON,
  expires_at: Date.parse(NOON) / 1000 + 30 * 86_400,
  ...changes,
});

export const aUserDeleted = (of: ActiveUser) => ({
  id: newId('event'),
  type: 'user.deleted' as const,
  occurred_at: NOON,
  user_id: of.asin,
  revision: of.revision + 1,
});
