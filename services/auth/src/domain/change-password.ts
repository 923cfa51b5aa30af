import { DomainError, invalidField } from '@cairn/shared/errors/domain-error';
import type { EndSessions } from './end-sessions.ts';
import { newPasswordRefusal, passwordRefusal } from './password.ts';
import type { PasswordHasher, UserRepository } from './ports.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';

export interface ChangePasswordDeps {
  readonly users: UserRepository;
  readonly hasher: PasswordHasher;
  readonly endSessions: EndSessions;
  readonly throttle: SignInThrottle;
  readonly now: () => Date;
}

export type ChangePassword = (input: {
  readonly userId: string;
  /** The one that asks, and goes on. */
  readonly sessionId: string;
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly address: string;
}) => Promise<void>;

/**
 * The password first, then the other sessions: a sign-in with the old one that is under way finds out by
 * `password_changed_at`, and whoever repeats a call that died in between uses the new one.
 */
export function changePassword(deps: ChangePasswordDeps): ChangePassword {
  const { users, hasher } = deps;
  return async ({ userId, sessionId, currentPassword, newPassword, address }) => {
    const refusal = newPasswordRefusal(newPassword);
    if (refusal !== undefined) {
      throw invalidField('/new_password', refusal.code, refusal.message, refusal.hint);
    }
    if (passwordRefusal(currentPassword) !== undefined) throw new DomainError('auth.invalid_credentials');
    // Whoever holds a stolen token may not guess here faster than at the sign-in.
    const attempt = await deps.throttle.begin(userId, address);
    try {
      for (;;) {
        const user = await users.find(userId);
        if (user?.status !== 'active') throw new DomainError('auth.invalid_token');
        if (!(await hasher.verify(user.password, currentPassword))) {
          await attempt.failed();
          throw new DomainError('auth.invalid_credentials');
        }
        const password = await hasher.hash(newPassword);
        const changed = await users.setPassword(user, { password, changedAt: deps.now().toISOString() });
        if (changed === 'changed') continue;
        await deps.endSessions(userId, { except: sessionId });
        return;
      }
    } finally {
      attempt.over();
    }
  };
}
