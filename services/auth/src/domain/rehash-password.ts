import type { PasswordHasher, UserRepository } from './ports.ts';
import type { ActiveUser } from './user.ts';

export interface RehashPasswordDeps {
  readonly users: UserRepository;
  readonly hasher: PasswordHasher;
  readonly onFailure: (error: unknown) => void;
}

/** Never rejects: whoever has just proved the password signs in, and the hash is replaced the next time. */
export type RehashPassword = (user: ActiveUser, password: string) => Promise<void>;

/** Today's effort for a hash of yesterday's; the sign-in is the one moment at which the password is known. */
export function rehashPassword({ users, hasher, onFailure }: RehashPasswordDeps): RehashPassword {
  return async (user, password) => {
    if (!hasher.isOutdated(user.password)) return;
    try {
      // Lost to another write it waits for the next sign-in.
      await users.setHash(user, await hasher.hash(password));
    } catch (error) {
      onFailure(error);
    }
  };
}
