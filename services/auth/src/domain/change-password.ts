import { invalidField } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import type { AccountRepository } from './account-ports.ts';
import type { FinishPasswordChange } from './finish-password-change.ts';
import { newPasswordRefusal } from './password.ts';
import type { PasswordHasher } from './ports.ts';
import { AGAIN, withPassword, type ProvePasswordDeps } from './prove-password.ts';
import { unfinished } from './unfinished.ts';

export interface ChangePasswordDeps extends ProvePasswordDeps {
  readonly accounts: AccountRepository;
  readonly hasher: Pick<PasswordHasher, 'hash' | 'verify'>;
  readonly finishPasswordChange: FinishPasswordChange;
  readonly now: () => Date;
  readonly newId: NewId;
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
 * One write holds the new hash, since when it counts, the session that goes on and the to-do. From then on every
 * other session is refused, because it does not know the new date; whoever dies before they are removed leaves
 * that to the outbox sweep.
 */
export function changePassword(deps: ChangePasswordDeps): ChangePassword {
  const { accounts, newId } = deps;
  const proven = withPassword(deps);
  return async ({ userId, sessionId, currentPassword, newPassword, address }) => {
    const refusal = newPasswordRefusal(newPassword);
    if (refusal !== undefined) {
      throw invalidField('/new_password', refusal.code, refusal.message, refusal.hint);
    }
    await proven({ userId, password: currentPassword, address }, async (user) => {
      const password = await deps.hasher.hash(newPassword);
      const date = deps.now().toISOString();
      const todo = unfinished(userId, { id: newId('event'), date, revision: user.revision + 1 });
      const written = await accounts.change(
        user,
        { password, password_changed_at: date, password_changed_in: sessionId },
        { changeId: newId('token'), events: [todo] },
      );
      return written === 'changed' ? AGAIN : undefined;
    });
    await deps.finishPasswordChange(userId);
  };
}
