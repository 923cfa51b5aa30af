import type { RowKey } from './tally-tree.ts';
import type { Tally } from './tally.ts';

/** A marker, which is the tally of one grant, or a total. */
export interface CountRow extends RowKey {
  readonly tally: Tally;
  /** Of a marker: the claim that its grant has won. */
  readonly claim?: string | undefined;
  /** Epoch seconds. */
  readonly expiresAt?: number | undefined;
}

export interface Claim {
  readonly scope: string;
  /** The grant that claims it. */
  readonly owner: string;
  readonly expiresAt: number;
}

/** The table of markers and totals. Whatever is read is read consistently, and every write can be repeated. */
export interface CountStore {
  /** Gives each scope to whoever asked first, for good; resolves to the owners, by scope. */
  claim(claims: readonly Claim[]): Promise<Map<string, string>>;
  /** Writes rows whatever was there. */
  put(rows: readonly CountRow[]): Promise<void>;
  /** Writes a total unless one at least as high is there. */
  raise(row: CountRow): Promise<void>;
  get(key: RowKey): Promise<CountRow | undefined>;
  /** The rows of a scope in order of their entries, which are between the two, if they are given. */
  list(scope: string, between?: { from: string; to: string }): Promise<CountRow[]>;
  remove(keys: readonly RowKey[]): Promise<void>;
  /** Claims are rows too, of an entry of their own. */
  removeClaims(scopes: readonly string[]): Promise<void>;
}
