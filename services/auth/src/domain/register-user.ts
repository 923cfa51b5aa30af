import { DomainError, invalidField } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import { claimName } from './claim-name.ts';
import type { OpenSession, SignedIn } from './open-session.ts';
import { newPasswordRefusal } from './password.ts';
import type { NameClaimRepository, PasswordHasher, UserRepository } from './ports.ts';
import type { ActiveUser } from './user.ts';
import { parseUsername } from './username.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly userAgent: string | undefined;
  /** Of the client, as far as proxies can be believed. */
  readonly address?: string;
}

export interface RegisterUserDeps {
  readonly users: UserRepository;
  readonly names: NameClaimRepository;
  readonly hasher: PasswordHasher;
  readonly openSession: OpenSession;
  readonly now: () => Date;
  readonly newId: NewId;
}

export type RegisterUser = (input: Credentials) => Promise<SignedIn>;

/**
 * The name claim protocol: claim `pending`, user, claim `confirmed`. The password is hashed before, so that a
 * busy hasher leaves no claim behind. Whatever dies after the user is there is finished by the next sign-in;
 * a user whose claim was overtaken is discarded, and until then no name and no token leads to it.
 */
export function registerUser(deps: RegisterUserDeps): RegisterUser {
  const { users, names } = deps;
  return async ({ username: text, password, userAgent }) => {
    const parsed = parseUsername(text);
    if (!parsed.ok) throw invalidField('/username', parsed.refusal.code, parsed.refusal.message);
    const refusal = newPasswordRefusal(password);
    if (refusal !== undefined) throw invalidField('/password', refusal.code, refusal.message);

    const { typed, folded } = parsed.username;
    const hash = await deps.hasher.hash(password);
    const user: ActiveUser = {
      asin: deps.newId('user'),
      status: 'active',
      username: typed,
      password: hash,
      date_created: deps.now().toISOString(),
      revision: 1,
    };
    if (!(await claimName(deps, folded, user.asin))) throw new DomainError('user.username_taken');
    await users.create(user);
    if (!(await names.confirm(folded, user.asin))) {
      await users.discard(user.asin);
      throw new DomainError('user.username_taken');
    }
    return deps.openSession(user, userAgent);
  };
}
