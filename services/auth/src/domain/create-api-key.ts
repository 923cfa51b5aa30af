import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import { MAX_KEPT_KEYS, MAX_LIVE_KEYS, type ApiKey } from './api-key.ts';
import type { ApiKeyRepository, IssueApiKey, UserRepository } from './ports.ts';

export interface CreateApiKeyDeps {
  readonly users: UserRepository;
  readonly apiKeys: ApiKeyRepository;
  readonly issueApiKey: IssueApiKey;
  readonly now: () => Date;
  readonly newId: NewId;
}

export type CreateApiKey = (input: {
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly days: number;
}) => Promise<{ readonly key: ApiKey; readonly secret: string }>;

/** The item before the token: what was never listed was never given out. */
export function createApiKey(deps: CreateApiKeyDeps): CreateApiKey {
  const { users, apiKeys } = deps;
  return async ({ userId, name, scopes, days }) => {
    const now = deps.now();
    const iat = Math.floor(now.getTime() / 1_000);
    const key: ApiKey = {
      user_id: userId,
      key_id: deps.newId('key'),
      name,
      scopes: [...new Set(scopes)],
      created_at: now.toISOString(),
      expires_at: iat + days * 86_400,
    };
    await apiKeys.create(key);
    // Counted with this one in, so that however many are made at once, no more than the limit stay.
    const hint = tooMany(await apiKeys.list(userId, now));
    if (hint !== undefined) {
      await apiKeys.remove(userId, key.key_id);
      throw new DomainError('key.limit_reached', { hint });
    }
    // A deletion that came in between has revoked the keys that it saw, and not this one.
    const user = await users.find(userId);
    if (user?.status !== 'active') {
      await apiKeys.remove(userId, key.key_id);
      throw new DomainError('auth.invalid_token');
    }
    const secret = await deps.issueApiKey({
      sub: userId,
      username: user.username,
      scope: key.scopes.join(' '),
      jti: key.key_id,
      iat,
      exp: key.expires_at,
    });
    return { key, secret };
  };
}

function tooMany(kept: readonly ApiKey[]): string | undefined {
  const live = kept.filter((each) => each.revoked_at === undefined);
  if (live.length > MAX_LIVE_KEYS) return `Revoke one first: an account has at most ${MAX_LIVE_KEYS}.`;
  if (kept.length <= MAX_KEPT_KEYS) return undefined;
  return `With those that were revoked and have not ended yet, an account has at most ${MAX_KEPT_KEYS}.`;
}
