import { DomainError, invalidField } from '@cairn/shared/errors/domain-error';
import type { FinishRenaming, FinishRenamingDeps } from './finish-renaming.ts';
import { AGAIN, withPassword, type PasswordProof, type ProvePasswordDeps } from './prove-password.ts';
import { unfinished } from './unfinished.ts';
import type { ActiveUser } from './user.ts';
import { foldUsername, parseUsername } from './username.ts';

/** So many names a user can occupy, with the time that a former one is kept. */
export const RENAME_PAUSE_MS = 86_400_000;

export interface RenameUserDeps extends Omit<FinishRenamingDeps, 'names'>, ProvePasswordDeps {
  readonly users: FinishRenamingDeps['users'];
  readonly finishRenaming: FinishRenaming;
}

export type RenameUser = (input: PasswordProof & { readonly username: string }) => Promise<ActiveUser>;

/** Another spelling of the same name is one write; another name is a wish in the item, which is then fulfilled. */
export function renameUser(deps: RenameUserDeps): RenameUser {
  const { users, accounts, now, newId } = deps;
  const proven = withPassword(deps);

  async function wish(user: ActiveUser, typed: string): Promise<ActiveUser | typeof AGAIN> {
    const at = now().toISOString();
    const event = unfinished(user.asin, { id: newId('event'), date: at, revision: user.revision + 1 });
    const changed = await accounts.change(
      user,
      { renaming: { at, to: typed } },
      { changeId: newId('token'), events: [event] },
    );
    if (changed === 'changed') return AGAIN;
    await deps.finishRenaming(user.asin);
    const after = await users.find(user.asin);
    if (after?.status !== 'active') throw new DomainError('auth.invalid_token');
    if (after.username !== typed) throw new DomainError('user.username_taken');
    return after;
  }

  return async ({ username: text, ...proof }) => {
    const parsed = parseUsername(text);
    if (!parsed.ok) throw invalidField('/username', parsed.refusal.code, parsed.refusal.message);
    const { typed, folded } = parsed.username;
    return proven(proof, async (user) => {
      if (user.renaming !== undefined) {
        await deps.finishRenaming(user.asin);
        return AGAIN;
      }
      if (user.username === typed) return user;
      if (foldUsername(user.username) === folded) {
        await accounts.change(user, { username: typed }, { changeId: newId('token') });
        return AGAIN;
      }
      refuseTooSoon(user, now());
      return wish(user, typed);
    });
  };
}

/** When the name can be changed again; undefined: now. */
export function renameableAt({ username_changed_at: changedAt }: ActiveUser, now: Date): Date | undefined {
  if (changedAt === undefined) return undefined;
  const at = new Date(Date.parse(changedAt) + RENAME_PAUSE_MS);
  return at > now ? at : undefined;
}

function refuseTooSoon(user: ActiveUser, now: Date): void {
  const at = renameableAt(user, now);
  if (at === undefined) return;
  throw new DomainError('user.renamed_recently', {
    retryAfterSeconds: Math.ceil((at.getTime() - now.getTime()) / 1_000),
    hint: 'A username can be changed once a day.',
  });
}
