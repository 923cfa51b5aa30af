import { DomainError } from '@cairn/shared/errors/domain-error';
import { keyOverAt } from './api-key.ts';
import type { ApiKeyRepository, RevocationRepository } from './ports.ts';

export interface RevokeApiKeyDeps {
  readonly apiKeys: ApiKeyRepository;
  readonly revocations: RevocationRepository;
  readonly now: () => Date;
}

export type RevokeApiKey = (userId: string, keyId: string) => Promise<void>;

/** Listed as revoked first, then marked; both can be repeated. */
export function revokeApiKey({ apiKeys, revocations, now }: RevokeApiKeyDeps): RevokeApiKey {
  return async (userId, keyId) => {
    const key = await apiKeys.find(userId, keyId);
    if (key === undefined || key.expires_at * 1_000 <= now().getTime())
      throw new DomainError('key.not_found');
    await revocations.add(keyId, keyOverAt(key));
    await apiKeys.revoke(userId, keyId, now());
  };
}
