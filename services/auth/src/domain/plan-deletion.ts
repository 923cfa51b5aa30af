import type { StaffRepository } from './account-ports.ts';
import type { AssetsChoice } from './deletion.ts';
import type { ApiKeyRepository, SessionRepository } from './ports.ts';
import { withPassword, type PasswordProof, type ProvePasswordDeps } from './prove-password.ts';
import { roleIn, type UserRole } from './staff.ts';

export interface CountOwnedDeps {
  readonly sessions: Pick<SessionRepository, 'list'>;
  readonly apiKeys: Pick<ApiKeyRepository, 'list'>;
  readonly now: () => Date;
}

/** What auth itself keeps for a user, and takes with the account. */
export async function ownedBy(deps: CountOwnedDeps, userId: string) {
  const now = deps.now();
  const [sessions, keys] = await Promise.all([
    deps.sessions.list(userId, now),
    deps.apiKeys.list(userId, now),
  ]);
  return { sessions: sessions.length, keys: keys.map(({ name }) => name) };
}

export interface DeletionPlan {
  readonly asin: string;
  readonly assets: AssetsChoice;
  readonly sessions: number;
  readonly keys: readonly string[];
  readonly usernames: number;
  readonly role: UserRole;
}

export type PlanDeletion = (
  input: PasswordProof & { readonly assets: AssetsChoice },
) => Promise<DeletionPlan>;

/** The dry run: what a deletion with the same words would take, and nothing changed. */
export function planDeletion(
  deps: ProvePasswordDeps & CountOwnedDeps & { readonly staff: Pick<StaffRepository, 'read'> },
): PlanDeletion {
  const proven = withPassword(deps);
  return ({ assets, ...proof }) =>
    proven(proof, async (user) => ({
      asin: user.asin,
      assets,
      ...(await ownedBy(deps, user.asin)),
      usernames: 1 + (user.former_names?.length ?? 0),
      role: roleIn(await deps.staff.read(), user.asin),
    }));
}
