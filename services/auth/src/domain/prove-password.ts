import { DomainError } from '@cairn/shared/errors/domain-error';
import { passwordRefusal } from './password.ts';
import type { PasswordHasher, UserRepository } from './ports.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';
import type { ActiveUser } from './user.ts';

export interface ProvePasswordDeps {
  readonly users: Pick<UserRepository, 'find'>;
  readonly hasher: Pick<PasswordHasher, 'verify'>;
  readonly throttle: Pick<SignInThrottle, 'begin'>;
}

/** What a signed-in user sends with an act that a stolen token alone must not be enough for. */
export interface PasswordProof {
  readonly userId: string;
  readonly password: string;
  readonly address: string;
}

/** The user has changed since it was read: prove and act once more. */
export const AGAIN = Symbol('again');

/** Acts for the user whom the password proves, as it was read for that; guesses count as at the sign-in. */
export function withPassword({ users, hasher, throttle }: ProvePasswordDeps) {
  return async <T>(
    { userId, password, address }: PasswordProof,
    act: (user: ActiveUser) => Promise<T | typeof AGAIN>,
  ): Promise<T> => {
    if (passwordRefusal(password) !== undefined) throw new DomainError('auth.invalid_credentials');
    const attempt = await throttle.begin({ userId }, address);
    try {
      for (;;) {
        const user = await users.find(userId);
        if (user?.status !== 'active') throw new DomainError('auth.invalid_token');
        if (!(await hasher.verify(user.password, password))) {
          await attempt.failed();
          throw new DomainError('auth.invalid_credentials');
        }
        const result = await act(user);
        if (result !== AGAIN) return result;
      }
    } finally {
      attempt.over();
    }
  };
}
