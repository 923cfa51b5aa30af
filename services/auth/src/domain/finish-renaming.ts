import type { NewId } from '@cairn/shared/ids';
import type { AccountRepository, LivingUser } from './account-ports.ts';
import { claimName, FORMER_NAME_MS } from './claim-name.ts';
import type { NameClaimRepository, UserRepository } from './ports.ts';
import type { Renaming } from './user.ts';
import { foldUsername } from './username.ts';

export interface FinishRenamingDeps {
  readonly users: UserRepository;
  readonly accounts: AccountRepository;
  readonly names: NameClaimRepository;
  readonly now: () => Date;
  readonly newId: NewId;
}

export type FinishRenaming = (userId: string) => Promise<void>;

/**
 * The name claim protocol for a user who is there already. `renaming` in their item is the wish and the to-do, so
 * that any process can go on: claim the new name, move the user to it in one conditional write (from then on
 * sign-in knows the new name, and until then the old one, never both), confirm it, keep the old one from others.
 * Every step can be repeated, also by two workers at once.
 */
export function finishRenaming(deps: FinishRenamingDeps): FinishRenaming {
  const { users, accounts, names } = deps;

  const change = (user: LivingUser, changes: Parameters<AccountRepository['change']>[1]) =>
    accounts.change(user, changes, { changeId: deps.newId('token') });

  async function move(user: LivingUser, wish: Renaming): Promise<void> {
    const to = foldUsername(wish.to);
    if (!(await claimName(deps, to, user.asin, wish.at))) {
      await change(user, { renaming: undefined });
      return;
    }
    const from = foldUsername(user.username);
    const formerNames = [...(user.former_names ?? []).filter((name) => name !== to), from];
    await change(user, {
      username: wish.to,
      username_changed_at: deps.now().toISOString(),
      former_names: formerNames,
      renaming: { ...wish, from },
    });
    // A deletion that came first has released the names that it saw, and maybe not yet this one.
    if ((await users.find(user.asin))?.status === 'deleted') await names.release(to, user.asin);
  }

  async function settle(user: LivingUser, wish: Renaming, from: string): Promise<void> {
    await names.confirm(foldUsername(wish.to), user.asin);
    const held = await names.find(from);
    if (held?.user_id === user.asin && held.state !== 'former') {
      await keepFromOthers(user.asin, from, held);
    }
    const kept: string[] = [];
    for (const name of user.former_names ?? []) {
      if (await isStillKept(user.asin, name)) kept.push(name);
    }
    await change(user, { renaming: undefined, former_names: kept });
  }

  async function keepFromOthers(userId: string, name: string, held: Parameters<typeof names.claim>[0]) {
    const former = { ...held, state: 'former', claimed_at: deps.now().toISOString() } as const;
    await names.claim(former, held);
    if ((await users.find(userId))?.status === 'deleted') await names.release(name, userId);
  }

  /** What was kept for its time is released; nothing else asks for a name that nobody wants. */
  async function isStillKept(userId: string, name: string): Promise<boolean> {
    const held = await names.find(name);
    if (held?.user_id !== userId || held.state !== 'former') return false;
    if (deps.now().getTime() - Date.parse(held.claimed_at) <= FORMER_NAME_MS) return true;
    await names.release(name, userId);
    return false;
  }

  return async (userId) => {
    for (;;) {
      const user = await users.find(userId);
      if (user === undefined || user.status === 'deleted' || user.renaming === undefined) return;
      const { renaming } = user;
      if (renaming.from === undefined) await move(user, renaming);
      else await settle(user, renaming, renaming.from);
    }
  };
}
