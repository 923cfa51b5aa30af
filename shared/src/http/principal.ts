/** What a token may be used for. An access token from a sign-in carries all of them. */
export const SCOPES = ['assets:read', 'assets:write', 'account'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who is asking, as far as a verified token tells. */
export interface Principal {
  /** The user's `asin`. */
  readonly userId: string;
  readonly username: string;
  readonly sessionId: string;
  readonly scopes: ReadonlySet<string>;
  /** When the token ends, in epoch seconds. */
  readonly expiresAt: number;
}
