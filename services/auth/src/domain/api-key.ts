import { CLOCK_MARGIN_SECONDS } from './session.ts';

/** What is kept of an API key. The key itself is a signed token that its user saw once. */
export interface ApiKey {
  readonly user_id: string;
  readonly key_id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly created_at: string;
  /** Epoch seconds: the table's TTL attribute. */
  readonly expires_at: number;
  /** `2026-11-22` */
  readonly last_used_day?: string;
  readonly revoked_at?: string;
}

export const KEY_NAME_LENGTH = 60;
export const KEY_DAYS = { least: 1, most: 365, usual: 90 } as const;
/** As many keys as one account may have that are neither revoked nor over. */
export const MAX_LIVE_KEYS = 50;
/** Those that were revoked too, until they would have ended: for so long each is in the list that services read. */
export const MAX_KEPT_KEYS = 500;

/** When no verifier accepts the key any more: until then its revocation is listed. */
export const keyOverAt = ({ expires_at }: Pick<ApiKey, 'expires_at'>): Date =>
  new Date((expires_at + CLOCK_MARGIN_SECONDS) * 1_000);
