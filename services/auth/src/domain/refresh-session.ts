import { DomainError } from '@cairn/shared/errors/domain-error';
import type { EndSession } from './end-sessions.ts';
import { signedIn, type OpenSessionDeps, type SignedIn } from './open-session.ts';
import { hashSecret, matchesHash, newRefreshSecret, parseRefreshToken } from './refresh-token.ts';
import { dayOf, isOfPassword, sessionEnd } from './session.ts';

export interface RefreshSessionDeps extends OpenSessionDeps {
  readonly endSession: EndSession;
  /** Told when a retired refresh token came again: one of its two holders is a thief. */
  readonly onReuse: (session: { readonly userId: string; readonly sessionId: string }) => void;
}

export type RefreshSession = (refreshToken: string) => Promise<SignedIn>;

/**
 * One conditional write retires the old refresh token and issues the new one, so a crash leaves either the old
 * one good or a new one that nobody received; then the user signs in again. Of two that present the same token
 * one wins the write, and the other ends the family: nobody can tell which of them is the owner.
 */
export function refreshSession(deps: RefreshSessionDeps): RefreshSession {
  const { users, sessions } = deps;

  return async (text) => {
    const sent = parseRefreshToken(text);
    if (sent === undefined) throw refused();
    const { userId, sessionId, family, secret } = sent;
    const now = deps.now();
    const session = await sessions.find(userId, sessionId);
    if (session === undefined || session.expires_at * 1_000 <= now.getTime()) throw refused();
    if (!matchesHash(family, session.family_hash)) throw refused();

    const endFamily = async () => {
      deps.onReuse({ userId, sessionId });
      // First, because nobody may come again to end a family whose end died on the way.
      await sessions.remove(userId, sessionId);
      await deps.endSession(userId, sessionId);
    };
    if (!matchesHash(secret, session.refresh_hash)) {
      await endFamily();
      throw refused();
    }
    const user = await users.find(userId);
    if (user?.status !== 'active' || !isOfPassword(session, user)) throw refused();

    const next = newRefreshSecret();
    const rotated = await sessions.rotate(session, {
      refresh_hash: hashSecret(next),
      expires_at: sessionEnd(new Date(session.created_at), now, deps.lifetimes),
      last_used_day: dayOf(now),
    });
    if (rotated === 'gone') throw refused();
    if (rotated === 'reused') {
      await endFamily();
      throw refused();
    }
    return signedIn(deps, user, { userId, sessionId, family, secret: next });
  };
}

const refused = () => new DomainError('auth.invalid_refresh_token', { hint: 'Sign in again.' });
