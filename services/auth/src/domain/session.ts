/** One sign-in. Refresh tokens will belong to it; access tokens name it in `sid`. */
export interface Session {
  readonly user_id: string;
  readonly session_id: string;
  readonly created_at: string;
  /** Epoch seconds: the table's TTL attribute. An expired session is gone, whether or not it was removed. */
  readonly expires_at: number;
  /** What the client called itself, shortened. */
  readonly user_agent?: string;
}

export const ACCESS_TOKEN_SECONDS = 3_600;
export const SESSION_SECONDS = 30 * 86_400;
export const USER_AGENT_LENGTH = 200;
