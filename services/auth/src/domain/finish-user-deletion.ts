import type { DeletionRepository } from './account-ports.ts';
import { keyOverAt } from './api-key.ts';
import { keptUntil, type DeletionStep } from './deletion.ts';
import type { EndSessions } from './end-sessions.ts';
import type { RemoveExports } from './exporting/remove-exports.ts';
import type {
  ApiKeyRepository,
  NameClaimRepository,
  RevocationRepository,
  SessionRepository,
  UserRepository,
} from './ports.ts';
import { accessOverAt } from './session.ts';

export interface FinishUserDeletionDeps {
  readonly users: UserRepository;
  readonly sessions: Pick<SessionRepository, 'list'>;
  readonly deletions: Pick<DeletionRepository, 'report'>;
  readonly names: NameClaimRepository;
  readonly apiKeys: ApiKeyRepository;
  readonly revocations: RevocationRepository;
  readonly endSessions: EndSessions;
  readonly removeExports: RemoveExports;
  readonly now: () => Date;
}

export type FinishUserDeletion = (userId: string) => Promise<void>;

/**
 * What a tombstone still asks for: sessions and keys first, then the name, which from then on is anybody's, then
 * what was exported.
 * Every step can be repeated, also after somebody else has registered the name: it is released only from the
 * dead user.
 */
export function finishUserDeletion(deps: FinishUserDeletionDeps): FinishUserDeletion {
  const { users, names, apiKeys, revocations, now } = deps;
  return async (userId) => {
    const user = await users.find(userId);
    if (user?.status !== 'deleted' || user.cleanup === undefined) return;
    const report = async (step: DeletionStep, count: number) => {
      if (user.deletion_id === undefined) return;
      const date = now().toISOString();
      await deps.deletions.report(user.deletion_id, step, { count, date }, keptUntil(now()));
    };
    const open = await deps.sessions.list(userId, now());
    await revocations.add(userId, accessOverAt(now()));
    await deps.endSessions(userId);
    await report('sessions', open.length);
    const keys = await apiKeys.list(userId, new Date(0));
    for (const key of keys) {
      await revocations.add(key.key_id, keyOverAt(key));
      await apiKeys.remove(userId, key.key_id);
    }
    await report('keys', keys.length);
    const { name, other_names: others = [] } = user.cleanup;
    for (const each of [name, ...others]) await names.release(each, userId);
    await deps.removeExports(userId);
    await users.finishCleanup(userId);
  };
}
