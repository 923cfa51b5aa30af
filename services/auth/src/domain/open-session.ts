import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import type { IssueToken, SessionRepository, UserRepository } from './ports.ts';
import { formatRefreshToken, hashSecret, newFamily, newRefreshSecret } from './refresh-token.ts';
import { dayOf, sessionEnd, USER_AGENT_LENGTH, type Session, type SessionLifetimes } from './session.ts';
import type { ActiveUser } from './user.ts';

export interface Account {
  readonly asin: string;
  readonly username: string;
  readonly date_created: string;
}

export interface SignedIn {
  readonly token: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly user: Account;
}

export interface IssueAccessTokenDeps {
  readonly issueToken: IssueToken;
  readonly lifetimes: SessionLifetimes;
  readonly now: () => Date;
  readonly newId: NewId;
}

export interface OpenSessionDeps extends IssueAccessTokenDeps {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
}

export type OpenSession = (user: ActiveUser, userAgent: string | undefined) => Promise<SignedIn>;

/** What every sign-in and registration ends in: a session, and tokens that name it. */
export function openSession(deps: OpenSessionDeps): OpenSession {
  return async (user, userAgent) => {
    const now = deps.now();
    const [family, secret] = [newFamily(), newRefreshSecret()];
    const session: Session = {
      user_id: user.asin,
      session_id: deps.newId('session'),
      created_at: now.toISOString(),
      expires_at: sessionEnd(now, now, deps.lifetimes),
      ...(userAgent === undefined ? {} : { user_agent: userAgent.slice(0, USER_AGENT_LENGTH) }),
      family_hash: hashSecret(family),
      refresh_hash: hashSecret(secret),
      last_used_day: dayOf(now),
      ...(user.password_changed_at === undefined ? {} : { password_changed_at: user.password_changed_at }),
    };
    await deps.sessions.create(session);
    // A deletion, or a change of password, that came in between has ended the sessions that it saw, not this one;
    // the token is made meanwhile, and leaves only if there was none. User and roles are read in one call.
    const refresh = { userId: user.asin, sessionId: session.session_id, family, secret };
    const [current, answer] = await Promise.all([deps.users.find(user.asin), signedIn(deps, user, refresh)]);
    if (current?.status !== 'active' || current.password_changed_at !== user.password_changed_at) {
      await deps.sessions.remove(session.user_id, session.session_id);
      throw new DomainError('auth.invalid_credentials');
    }
    return answer;
  };
}

/** An access token of a session, beside the refresh token that is good for it now. */
export async function signedIn(
  deps: IssueAccessTokenDeps,
  user: ActiveUser,
  refresh: Parameters<typeof formatRefreshToken>[0],
): Promise<SignedIn> {
  const iat = Math.floor(deps.now().getTime() / 1000);
  const token = await deps.issueToken({
    sub: user.asin,
    username: user.username,
    sid: refresh.sessionId,
    scope: 'assets:read assets:write account',
    jti: deps.newId('token'),
    iat,
    exp: iat + deps.lifetimes.accessSeconds,
  });
  return {
    token,
    expiresInSeconds: deps.lifetimes.accessSeconds,
    refreshToken: formatRefreshToken(refresh),
    user: { asin: user.asin, username: user.username, date_created: user.date_created },
  };
}
