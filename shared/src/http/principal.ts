/** What a token may be used for. An access token from a sign-in carries all of them. */
export const SCOPES = ['assets:read', 'assets:write', 'account'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a user may do beyond their own things; auth grants them. An admin's token names `moderator` too. */
export const ROLES = ['moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking, as far as a verified token tells. */
export interface Principal {
  /** The user's `asin`. */
  readonly userId: string;
  readonly username: string;
  /** Of the session that the access token belongs to; an API key has none. */
  readonly sessionId?: string;
  /** Of the API key that was sent instead of an access token. */
  readonly keyId?: string;
  readonly scopes: ReadonlySet<string>;
  /** Absent: none. */
  readonly roles?: ReadonlySet<string>;
  /** When the token ends, in epoch seconds. */
  readonly expiresAt: number;
}
