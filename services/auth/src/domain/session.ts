import type { ActiveUser } from './user.ts';

/** One sign-in: a family of refresh tokens, of which one at a time is good. Access tokens name it in `sid`. */
export interface Session {
  readonly user_id: string;
  readonly session_id: string;
  readonly created_at: string;
  /**
   * Epoch seconds: the table's TTL attribute; the earlier of the idle and the absolute end. An expired session
   * is gone, whether or not it was removed.
   */
  readonly expires_at: number;
  /** What the client called itself, shortened. */
  readonly user_agent?: string;
  /** SHA-256 of what all refresh tokens of the family share: tells a retired one from an invented one. */
  readonly family_hash: string;
  /** SHA-256 of the part that the refresh token that is good now has alone. */
  readonly refresh_hash: string;
  /** `2026-11-22`; no more is kept of when somebody is active. */
  readonly last_used_day: string;
  /** That of the user at the sign-in: which password it was opened with. */
  readonly password_changed_at?: string;
}

/** Whether it was opened with the password that counts, or is the one in which that was chosen. */
export const isOfPassword = (
  session: Pick<Session, 'session_id' | 'password_changed_at'>,
  user: Pick<ActiveUser, 'password_changed_at' | 'password_changed_in'>,
): boolean =>
  session.password_changed_at === user.password_changed_at || session.session_id === user.password_changed_in;

export interface SessionLifetimes {
  readonly accessSeconds: number;
  /** Without a refresh for so long, a session ends. */
  readonly idleSeconds: number;
  /** And in any case after this. */
  readonly absoluteSeconds: number;
}

/** The longest that an access token may outlive the session, the password or the account behind it. */
export const MAX_ACCESS_TOKEN_SECONDS = 600;
export const USER_AGENT_LENGTH = 200;

/** Revocations are listed until the last token is over, on whatever clock, with what verifiers tolerate. */
export const CLOCK_MARGIN_SECONDS = 60;

export const accessOverAt = (now: Date): Date =>
  new Date(now.getTime() + (MAX_ACCESS_TOKEN_SECONDS + CLOCK_MARGIN_SECONDS) * 1_000);

export function sessionEnd(createdAt: Date, now: Date, { idleSeconds, absoluteSeconds }: SessionLifetimes) {
  const idleEnd = now.getTime() / 1_000 + idleSeconds;
  const absoluteEnd = createdAt.getTime() / 1_000 + absoluteSeconds;
  return Math.floor(Math.min(idleEnd, absoluteEnd));
}

export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
