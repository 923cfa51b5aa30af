import type { Origin } from '@cairn/shared/telemetry/origin';

/** An asset is not what it was. Whoever reads this reads the asset's item for what it is now. */
export interface AssetChange {
  /** The event's id: a change is in the log once. */
  readonly id: string;
  readonly type: 'asset.changed';
  readonly asin: string;
  readonly revision: number;
  readonly at: string;
  /** Of the request that has changed it. */
  readonly origin?: Origin | undefined;
}

/** Totals that the counter has derived, by asset. */
export interface DownloadsChange {
  readonly id: string;
  readonly type: 'downloads.counted';
  readonly totals: Readonly<Record<string, number>>;
  readonly at: string;
}

export type Change = AssetChange | DownloadsChange;

export interface LoggedChange {
  readonly seq: number;
  readonly change: Change;
}

/**
 * The log of I12: dense sequence numbers from 1 on, written once and never changed, read consistently.
 * Any number of replicas tail it.
 */
export interface ChangeLog {
  /** Appends the change unless one of its id is in the log; resolves to where it is. */
  append(change: Change): Promise<number>;
  /** The newest sequence number; 0 while the log is empty. */
  head(): Promise<number>;
  /** The changes after `seq`, in order, at most `limit`. */
  after(seq: number, limit: number): Promise<LoggedChange[]>;
  /**
   * Removes the oldest changes, as far as they are at most `upTo` and were logged before `loggedBefore`;
   * never the newest one. Resolves to how many.
   */
  trim(upTo: number, loggedBefore: Date): Promise<number>;
}
