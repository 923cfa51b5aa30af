import type { ApiKey } from './api-key.ts';
import type { ApiKeyRepository } from './ports.ts';

export type ListApiKeys = (userId: string) => Promise<ApiKey[]>;

/** The keys that are good, newest first; ids sort by time. */
export function listApiKeys(deps: {
  readonly apiKeys: ApiKeyRepository;
  readonly now: () => Date;
}): ListApiKeys {
  return async (userId) => {
    const found = await deps.apiKeys.list(userId, deps.now());
    return found
      .filter((key) => key.revoked_at === undefined)
      .toSorted((a, b) => (a.key_id < b.key_id ? 1 : -1));
  };
}
