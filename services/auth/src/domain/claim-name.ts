import type { NameClaimRepository, UserRepository } from './ports.ts';
import type { NameClaim } from './user.ts';

/**
 * After this long a claim whose user item never came belongs to a registration that died. A slow one that is
 * overtaken by it fails to confirm, and discards its user; so the bound is about waiting, not about safety.
 */
export const STALE_CLAIM_MS = 60_000;

export interface ClaimNameDeps {
  readonly users: UserRepository;
  readonly names: NameClaimRepository;
  readonly now: () => Date;
}

/** The first step of the name claim protocol (DESIGN I4); false when the name is somebody else's. */
export async function claimName(deps: ClaimNameDeps, name: string, userId: string): Promise<boolean> {
  const mine: NameClaim = {
    name,
    user_id: userId,
    state: 'pending',
    claimed_at: deps.now().toISOString(),
  };
  let holder = await deps.names.claim(mine);
  while (holder.user_id !== userId) {
    if (!(await isAbandoned(deps, holder))) return false;
    holder = await deps.names.claim(mine, holder);
  }
  return true;
}

async function isAbandoned({ users, now }: ClaimNameDeps, claim: NameClaim): Promise<boolean> {
  const holder = await users.find(claim.user_id);
  if (holder !== undefined) return holder.status === 'deleted';
  return claim.state === 'pending' && now().getTime() - Date.parse(claim.claimed_at) > STALE_CLAIM_MS;
}
