import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import { passwordRefusal } from './password.ts';
import type { PasswordHasher, UserRepository } from './ports.ts';
import type { DeletedUser } from './user.ts';
import { foldUsername } from './username.ts';

export interface DeleteUserDeps {
  readonly users: UserRepository;
  readonly hasher: PasswordHasher;
  /** Cleans up and announces; never rejects, because what it leaves undone is done by the outbox sweep. */
  readonly followUp: (userId: string) => Promise<void>;
  readonly now: () => Date;
  readonly newId: NewId;
}

export type DeleteUser = (input: {
  readonly userId: string;
  readonly password: string;
}) => Promise<DeletedUser>;

/**
 * One write decides: it turns the user into a tombstone that holds the event `user.deleted` and the name still
 * to be released. Everything after it (sessions, name, event, assets) is found by the outbox index and can be
 * repeated; the event leaves only once sessions and name are gone.
 */
export function deleteUser(deps: DeleteUserDeps): DeleteUser {
  const { users, hasher } = deps;
  return async ({ userId, password }) => {
    if (passwordRefusal(password) !== undefined) throw new DomainError('auth.invalid_credentials');
    for (;;) {
      const user = await users.find(userId);
      if (user?.status !== 'active') throw new DomainError('auth.invalid_token');
      // Again after every lost race: the proof is for the password that the tombstone removes.
      if (!(await hasher.verify(user.password, password))) {
        throw new DomainError('auth.invalid_credentials');
      }
      const date = deps.now().toISOString();
      const revision = user.revision + 1;
      const tombstone: DeletedUser = {
        asin: user.asin,
        status: 'deleted',
        date_deleted: date,
        revision,
        cleanup: { name: foldUsername(user.username) },
      };
      const outcome = await users.bury(user, tombstone, {
        id: deps.newId('event'),
        type: 'user.deleted',
        occurred_at: date,
        user_id: user.asin,
        revision,
      });
      if (outcome === 'changed') continue;
      await deps.followUp(user.asin);
      return tombstone;
    }
  };
}
