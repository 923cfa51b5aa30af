import type { NameClaimRepository, SessionRepository, UserRepository } from './ports.ts';

export interface FinishUserDeletionDeps {
  readonly users: UserRepository;
  readonly names: NameClaimRepository;
  readonly sessions: SessionRepository;
}

export type FinishUserDeletion = (userId: string) => Promise<void>;

/**
 * What a tombstone still asks for: sessions first, then the name, which from then on is anybody's. Every step
 * can be repeated, also after somebody else has registered the name: it is released only from the dead user.
 */
export function finishUserDeletion({ users, names, sessions }: FinishUserDeletionDeps): FinishUserDeletion {
  return async (userId) => {
    const user = await users.find(userId);
    if (user?.status !== 'deleted' || user.cleanup === undefined) return;
    await sessions.removeAll(userId);
    await names.release(user.cleanup.name, userId);
    await users.finishCleanup(userId);
  };
}
