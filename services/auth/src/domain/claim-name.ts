import type { NameClaimRepository, UserRepository } from './ports.ts';
import type { NameClaim } from './user.ts';
import { foldUsername } from './username.ts';

/**
 * After this long a claim whose user item never came belongs to a registration that died. A slow one that is
 * overtaken by it fails to confirm, and discards its user; so the bound is about waiting, not about safety.
 */
export const STALE_CLAIM_MS = 60_000;

/** For so long a name that its user has given up is nobody else's: links and habits still point at them. */
export const FORMER_NAME_MS = 30 * 86_400_000;

export interface ClaimNameDeps {
  readonly users: UserRepository;
  readonly names: NameClaimRepository;
  readonly now: () => Date;
}

/**
 * The first step of the name claim protocol (DESIGN I4); false when the name is somebody else's. A claim that is
 * left over from before, the user's own too, is replaced: who was about to take it over then finds another one.
 */
export async function claimName(
  deps: ClaimNameDeps,
  name: string,
  userId: string,
  claimedAt = deps.now().toISOString(),
): Promise<boolean> {
  const mine: NameClaim = { name, user_id: userId, state: 'pending', claimed_at: claimedAt };
  let holder = await deps.names.claim(mine);
  while (holder.user_id !== userId || holder.claimed_at !== claimedAt) {
    if (holder.user_id !== userId && !(await isAbandoned(deps, holder))) return false;
    holder = await deps.names.claim(mine, holder);
  }
  return true;
}

async function isAbandoned({ users, now }: ClaimNameDeps, claim: NameClaim): Promise<boolean> {
  const holder = await users.find(claim.user_id);
  if (holder?.status === 'deleted') return true;
  const ageMs = now().getTime() - Date.parse(claim.claimed_at);
  if (claim.state === 'former') return ageMs > FORMER_NAME_MS;
  if (claim.state === 'confirmed' || ageMs <= STALE_CLAIM_MS) return false;
  const wanted = [holder?.username, holder?.renaming?.to];
  return !wanted.some((name) => name !== undefined && foldUsername(name) === claim.name);
}
