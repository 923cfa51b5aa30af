import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import type { IssueToken, SessionRepository, UserRepository } from './ports.ts';
import { ACCESS_TOKEN_SECONDS, SESSION_SECONDS, USER_AGENT_LENGTH, type Session } from './session.ts';
import type { ActiveUser } from './user.ts';

export interface Account {
  readonly asin: string;
  readonly username: string;
  readonly date_created: string;
}

export interface SignedIn {
  readonly token: string;
  readonly expiresInSeconds: number;
  readonly user: Account;
}

export interface OpenSessionDeps {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly issueToken: IssueToken;
  readonly now: () => Date;
  readonly newId: NewId;
}

export type OpenSession = (user: ActiveUser, userAgent: string | undefined) => Promise<SignedIn>;

/** What every sign-in and registration ends in: a session, and a token that names it. */
export function openSession(deps: OpenSessionDeps): OpenSession {
  return async (user, userAgent) => {
    const now = deps.now();
    const iat = Math.floor(now.getTime() / 1000);
    const session: Session = {
      user_id: user.asin,
      session_id: deps.newId('session'),
      created_at: now.toISOString(),
      expires_at: iat + SESSION_SECONDS,
      ...(userAgent === undefined ? {} : { user_agent: userAgent.slice(0, USER_AGENT_LENGTH) }),
    };
    await deps.sessions.create(session);
    // A deletion that came in between has removed the sessions that it saw, and not this one.
    const current = await deps.users.find(user.asin);
    if (current?.status !== 'active') {
      await deps.sessions.remove(session.user_id, session.session_id);
      throw new DomainError('auth.invalid_credentials');
    }
    const token = await deps.issueToken({
      sub: user.asin,
      username: user.username,
      sid: session.session_id,
      scope: 'assets:read assets:write account',
      jti: deps.newId('token'),
      iat,
      exp: iat + ACCESS_TOKEN_SECONDS,
    });
    return {
      token,
      expiresInSeconds: ACCESS_TOKEN_SECONDS,
      user: { asin: user.asin, username: user.username, date_created: user.date_created },
    };
  };
}
