import { keyOverAt } from './api-key.ts';
import type { EndSessions } from './end-sessions.ts';
import type { ApiKeyRepository, RevocationRepository, UserRepository } from './ports.ts';

export interface FinishDisablingDeps {
  readonly users: Pick<UserRepository, 'find'>;
  readonly apiKeys: Pick<ApiKeyRepository, 'list' | 'revoke'>;
  readonly revocations: RevocationRepository;
  readonly endSessions: EndSessions;
  readonly now: () => Date;
}

export type FinishDisabling = (userId: string) => Promise<void>;

/** Ends what a disabled user is signed in with; a sign-in under way finds the status after its session. */
export function finishDisabling(deps: FinishDisablingDeps): FinishDisabling {
  return async (userId) => {
    if ((await deps.users.find(userId))?.status !== 'disabled') return;
    await deps.endSessions(userId);
    for (const key of await deps.apiKeys.list(userId, deps.now())) {
      await deps.revocations.add(key.key_id, keyOverAt(key));
      await deps.apiKeys.revoke(userId, key.key_id, deps.now());
    }
  };
}
