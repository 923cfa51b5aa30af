import type { NewId } from '@cairn/shared/ids';
import type { DeletionRepository } from './account-ports.ts';
import { keptUntil, type AssetsChoice } from './deletion.ts';
import type { UserRepository } from './ports.ts';
import { AGAIN, withPassword, type PasswordProof, type ProvePasswordDeps } from './prove-password.ts';
import type { LeaveStaff } from './set-role.ts';
import type { ActiveUser, DeletedUser } from './user.ts';
import { foldUsername } from './username.ts';

export interface DeleteUserDeps extends ProvePasswordDeps {
  readonly users: UserRepository;
  readonly deletions: Pick<DeletionRepository, 'create'>;
  readonly leaveStaff: LeaveStaff;
  /** Cleans up and announces; never rejects, because what it leaves undone is done by the outbox sweep. */
  readonly followUp: (userId: string) => Promise<void>;
  readonly now: () => Date;
  readonly newId: NewId;
}

export type DeleteUser = (
  input: Omit<PasswordProof, 'address'> & {
    readonly address?: string;
    /** `delete` unless said otherwise. */
    readonly assets?: AssetsChoice;
  },
) => Promise<DeletedUser>;

/**
 * One write decides: it turns the user into a tombstone that holds the event `user.deleted` and the names still
 * to be released. Everything after it (sessions, names, event, assets) is found by the outbox index and can be
 * repeated; the event leaves only once sessions and names are gone. The report is there before, empty: without
 * the tombstone nobody ever learns its id.
 */
export function deleteUser(deps: DeleteUserDeps): DeleteUser {
  const proven = withPassword(deps);

  async function bury(user: ActiveUser, assets: AssetsChoice, deletionId: string) {
    const date = deps.now().toISOString();
    const revision = user.revision + 1;
    await deps.deletions.create({
      deletion_id: deletionId,
      assets,
      date_requested: date,
      steps: {},
      expires_at: keptUntil(deps.now()),
    });
    const tombstone: DeletedUser = {
      asin: user.asin,
      status: 'deleted',
      date_deleted: date,
      revision,
      deletion_id: deletionId,
      cleanup: namesOf(user),
    };
    const outcome = await deps.users.bury(user, tombstone, {
      id: deps.newId('event'),
      type: 'user.deleted',
      occurred_at: date,
      user_id: user.asin,
      revision,
      assets,
    });
    return outcome === 'changed' ? AGAIN : tombstone;
  }

  return async ({ assets = 'delete', address = 'unknown', ...proof }) => {
    const deletionId = deps.newId('deletion');
    const tombstone = await proven({ ...proof, address }, async (user) => {
      await deps.leaveStaff({ userId: user.asin, actor: user.asin, reason: 'Deletes the account.' });
      return bury(user, assets, deletionId);
    });
    await deps.followUp(tombstone.asin);
    // Another request may have been first, and its report is the one that goes on; but what is done is done.
    const buried = await deps.users.find(tombstone.asin).catch(() => tombstone);
    return buried?.status === 'deleted' ? buried : tombstone;
  };
}

/** What is theirs, what they had before, and what they may just be claiming. */
function namesOf(user: ActiveUser): NonNullable<DeletedUser['cleanup']> {
  const wanted = user.renaming === undefined ? [] : [foldUsername(user.renaming.to)];
  const others = [...(user.former_names ?? []), ...wanted];
  return { name: foldUsername(user.username), ...(others.length === 0 ? {} : { other_names: others }) };
}
