import { DomainError } from '@cairn/shared/errors/domain-error';
import { NOBODY } from './nobody.ts';
import type { OpenSession, SignedIn } from './open-session.ts';
import { passwordRefusal } from './password.ts';
import type { NameClaimRepository, PasswordHasher, UserRepository } from './ports.ts';
import type { Credentials } from './register-user.ts';
import type { RehashPassword } from './rehash-password.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';
import type { ActiveUser, NameClaim } from './user.ts';
import { foldUsername, parseUsername } from './username.ts';

export interface SignInDeps {
  readonly users: UserRepository;
  readonly names: NameClaimRepository;
  readonly hasher: PasswordHasher;
  readonly openSession: OpenSession;
  readonly throttle: SignInThrottle;
  readonly rehashPassword: RehashPassword;
}

export type SignIn = (input: Credentials) => Promise<SignedIn>;

/** Unknown, deleted and wrong password take the same steps and get the same answer (DESIGN I15). */
export function signIn(deps: SignInDeps): SignIn {
  const { users, names, hasher } = deps;

  /** Claim and user must agree on the name; without a claim the same is done with nobody's, to take as long. */
  async function userOf(name: string, claim: NameClaim | undefined): Promise<ActiveUser | undefined> {
    const user = await users.find(claim?.user_id ?? NOBODY);
    if (user?.status !== 'active') return undefined;
    const isTheirs = foldUsername(user.username) === name;
    return claim !== undefined && isTheirs ? user : undefined;
  }

  async function prove(
    name: string | undefined,
    claim: NameClaim | undefined,
    password: string,
  ): Promise<ActiveUser | undefined> {
    const user = name === undefined ? undefined : await userOf(name, claim);
    const matches = await hasher.verify(user?.password, password);
    if (user === undefined || !matches) return undefined;
    // Its registration died before the last step; until that is done, the name can still be taken over.
    if (claim?.state === 'pending' && !(await names.confirm(claim.name, user.asin))) return undefined;
    return user;
  }

  return async ({ username, password, userAgent, address = 'unknown' }) => {
    // No user can have such a password: refused before hashing, whoever is asked for.
    if (passwordRefusal(password) !== undefined) throw new DomainError('auth.invalid_credentials');
    const parsed = parseUsername(username);
    const name = parsed.ok ? parsed.username.folded : undefined;
    // Asked for before the attempts are known, so that one call reads both.
    const claiming = name === undefined ? Promise.resolve(undefined) : names.find(name);
    // Who is refused for the attempts does not wait for it.
    claiming.catch(() => undefined);
    const attempt = await deps.throttle.begin({ name: name ?? username }, address);
    try {
      const user = await prove(name, await claiming, password);
      if (user === undefined) {
        await attempt.failed();
        throw new DomainError('auth.invalid_credentials');
      }
      await attempt.succeeded();
      await deps.rehashPassword(user, password);
      return await deps.openSession(user, userAgent);
    } finally {
      attempt.over();
    }
  };
}
