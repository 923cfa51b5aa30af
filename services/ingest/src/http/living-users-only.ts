import { DomainError } from '@cairn/shared/errors/domain-error';
import type { TokenVerifier } from '@cairn/shared/http/token-verifier';
import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';

/** A token is good for up to ten minutes; the end of its account is remembered for this long, its life never. */
const REMEMBER_MS = 5_000;
const REMEMBER_MOST = 10_000;

/**
 * The tokens of users whose account is there: the tombstone is read, consistently, at every request. A token
 * that outlived its account is refused like any other bad one.
 */
export function livingUsersOnly(
  verify: TokenVerifier,
  isUserDeleted: IsUserDeleted,
  now: () => Date,
): TokenVerifier {
  const deleted = new Map<string, number>();
  return async (token) => {
    const principal = await verify(token);
    const { userId } = principal;
    if ((deleted.get(userId) ?? 0) > now().getTime()) throw new DomainError('auth.invalid_token');
    if (await isUserDeleted(userId)) {
      if (deleted.size >= REMEMBER_MOST) deleted.clear();
      deleted.set(userId, now().getTime() + REMEMBER_MS);
      throw new DomainError('auth.invalid_token');
    }
    return principal;
  };
}
